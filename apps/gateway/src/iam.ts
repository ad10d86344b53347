import 'reflect-metadata';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEntity, dataSourceOptions, migrate, type ServiceDatabase } from '@scs/database';
import { GrpcRuntime, startGrpcServer } from '@scs/grpc';
import { ApiTokenService as ApiTokenContract } from '@scs/proto/scs/iam/v1/api_token_pb';
import { createVerifier, type Issuer, type Logger, type RunningService } from '@scs/service';
import { DataSource } from 'typeorm';
import { ApiTokenController } from './api-token/api-token.controller.ts';
import { ApiTokenEntity } from './api-token/api-token.entity.ts';
import { ApiTokenService } from './api-token/api-token.service.ts';
import { CreateGateway1795600000000 } from './migrations/1795600000000-create-gateway.ts';

/** The part of the gateway's configuration that identity needs. */
export interface IamConfig {
  GRPC_ADDRESS: string;
  DATABASE_URL: string;
  AUDIENCE: string;
  ISSUERS: Issuer[];
}

export interface Iam extends RunningService {
  /** Of the gRPC API, `host:port`. */
  address: string;
  tokens: Pick<ApiTokenService, 'issue'>;
}

class IamModule {}

/** Starts the API of API tokens, on the gateway's own schema. */
export async function startIam(config: IamConfig, logger: Logger): Promise<Iam> {
  const database: ServiceDatabase = {
    url: config.DATABASE_URL,
    schema: 'gateway',
    entities: [ApiTokenEntity, AuditEntity],
    migrations: [CreateGateway1795600000000],
  };
  await migrate(database);
  const module = {
    module: IamModule,
    imports: [TypeOrmModule.forRoot(dataSourceOptions(database)), TypeOrmModule.forFeature([ApiTokenEntity])],
    controllers: [ApiTokenController],
    providers: [
      ApiTokenService,
      {
        provide: GrpcRuntime,
        inject: [ApiTokenService],
        useFactory: (tokens: ApiTokenService) =>
          new GrpcRuntime(
            createVerifier({
              audience: config.AUDIENCE,
              issuers: config.ISSUERS,
              introspect: (token) => tokens.introspect(token),
            }),
            logger,
            'iam.scs.community',
          ),
      },
    ],
  };
  const server = await startGrpcServer(module, [ApiTokenContract], config.GRPC_ADDRESS, logger);
  const source = server.app.get(DataSource);
  return {
    address: server.address,
    tokens: server.app.get(ApiTokenService),
    checks: { database: () => source.query('SELECT 1') },
    close: () => server.close(),
  };
}
