export { parseCloudConfig, readCloudConfig, type CloudConfig, type ConfigSources } from './cloud-config.ts';
export {
  connect,
  type Connection,
  type ConnectOptions,
  type Service,
  type TokenFacts,
} from './connection.ts';
export { OpenStackError, type OpenStackReason } from './error.ts';
export { Secret } from './secret.ts';
