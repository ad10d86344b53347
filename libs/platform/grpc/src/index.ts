export { grpcClient, type GrpcClient, type CallOptions } from './client.ts';
export { GrpcController, GrpcRuntime, type Call, type GrpcHandlers } from './controller.ts';
export { grpcDefinition } from './definition.ts';
export { introspectAt, type Introspection } from './introspect.ts';
export { fromPageToken, toPage, uuidShape } from './page-token.ts';
export { permissionOf } from './permission.ts';
export { startGrpcServer, type GrpcServer } from './server.ts';
