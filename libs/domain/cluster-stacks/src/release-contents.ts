import type { AddonConfig } from './addon-config.ts';
import { splitApiVersion } from './inventory.ts';
import type { ReleaseMetadata } from './metadata.ts';
import type { ReleaseNodeImage } from './node-images.ts';
import { isFields, type Fields } from './release-file.ts';
import type { ReleaseName } from './release-name.ts';

/** A release with its charts rendered: what lint, render and diff look at. */
export interface ReleaseContents {
  name: ReleaseName;
  metadata: ReleaseMetadata;
  /** Names in the release's folder. */
  files: readonly string[];
  classChart: ChartContents;
  /** By the folder of the stage; a single-stage chart is `cluster-addon`. */
  addonCharts: ReadonlyMap<string, ChartContents>;
  /** Multi stage only. */
  addonConfig?: AddonConfig;
  nodeImages: readonly ReleaseNodeImage[];
}

export interface ChartContents {
  /** Chart.yaml */
  chart: Fields;
  /** Empty where rendering failed. */
  objects: readonly Fields[];
  /** JSON pointers to values that differ each time, by the object's place in `objects`. */
  random?: ReadonlyMap<number, readonly string[]>;
  /** Why it could not be rendered, in one line. */
  failure?: string;
}

/** The stage that a single-stage release is. */
export const singleStage = 'cluster-addon';

export interface ObjectIdentity {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
}

export function identityOf(object: Fields): ObjectIdentity {
  const apiVersion = typeof object['apiVersion'] === 'string' ? object['apiVersion'] : '';
  const { group, version } = splitApiVersion(apiVersion);
  const metadata = isFields(object['metadata']) ? object['metadata'] : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    group,
    version,
    kind: text(object['kind']),
    namespace: text(metadata['namespace']),
    name: text(metadata['name']),
  };
}

/** For people: `Deployment kube-system/metrics-server`. */
export const printIdentity = ({
  kind,
  namespace,
  name,
}: Pick<ObjectIdentity, 'kind' | 'namespace' | 'name'>): string =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`;

/** The ClusterClasses among objects. */
export const clusterClassesIn = (objects: readonly Fields[]): Fields[] =>
  objects.filter((object) => {
    const { group, kind } = identityOf(object);
    return group === 'cluster.x-k8s.io' && kind === 'ClusterClass';
  });
