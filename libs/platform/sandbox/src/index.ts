export type { CloudContent } from './cloud-content.ts';
export { compliantCloud } from './compliant-cloud.ts';
export { sha512Of, type ImageImport } from './image-import.ts';
export {
  startSandboxCloud,
  type Interference,
  type SandboxCloud,
  type SandboxCloudOptions,
  type SandboxRequest,
} from './sandbox-cloud.ts';
export {
  startSandboxRegistry,
  type RegistryFault,
  type RegistryRequest,
  type SandboxRegistry,
  type SandboxRegistryOptions,
} from './registry.ts';
