import { Module, type DynamicModule } from '@nestjs/common';
import { GrpcRuntime } from '@scs/grpc';
import { Audit } from './audit.ts';
import { CatalogueController } from './catalogue/catalogue.controller.ts';
import { CatalogueService } from './catalogue/catalogue.service.ts';
import { ClusterController } from './cluster/cluster.controller.ts';
import { ClusterReader } from './cluster/cluster.reader.ts';
import { ClusterService } from './cluster/cluster.service.ts';
import { ClusterWatch } from './cluster/cluster.watch.ts';
import { ClusterWriter } from './cluster/cluster.writer.ts';
import { Fleet } from './fleet.ts';
import { KubeconfigMaker } from './kubeconfig/kubeconfig-maker.ts';
import { KubeconfigService } from './kubeconfig/kubeconfig.service.ts';
import { Management } from './management.ts';
import { NodePoolService } from './node-pool/node-pool.service.ts';
import { Tenants } from './tenant/tenant.ts';
import { CLOCK, type Clock } from './tokens.ts';

/** What the API is made of besides its own classes. */
export interface ClusterLifecycleParts {
  runtime: GrpcRuntime;
  management: Management;
  fleet: Fleet;
  tenants: Tenants;
  maker: KubeconfigMaker;
  audit: Audit;
  clock: Clock;
}

@Module({})
export class ClusterLifecycleModule {
  static with({
    runtime,
    management,
    fleet,
    tenants,
    maker,
    audit,
    clock,
  }: ClusterLifecycleParts): DynamicModule {
    return {
      module: ClusterLifecycleModule,
      controllers: [ClusterController, CatalogueController],
      providers: [
        ClusterReader,
        ClusterWriter,
        ClusterService,
        ClusterWatch,
        NodePoolService,
        CatalogueService,
        KubeconfigService,
        { provide: GrpcRuntime, useValue: runtime },
        { provide: Management, useValue: management },
        { provide: Fleet, useValue: fleet },
        { provide: Tenants, useValue: tenants },
        { provide: KubeconfigMaker, useValue: maker },
        { provide: Audit, useValue: audit },
        { provide: CLOCK, useValue: clock },
      ],
    };
  }
}
