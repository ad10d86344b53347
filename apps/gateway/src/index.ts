export { configSchema, type Config } from './config.ts';
export { startEdge, type Backend, type Edge, type EdgeOptions } from './edge.ts';
export { startGateway, type Gateway } from './gateway.ts';
