export { HelmError, openHelm, type Chart, type Helm, type Rendered } from './helm.ts';
