export { openHelm, type Chart, type Helm, type HelmOptions, type Rendered } from './helm.ts';
export { HelmError } from './failure.ts';
