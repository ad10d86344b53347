import type { Snapshot } from '@scs/standards';

/** Where a file that calls itself a snapshot is not shaped like one: path and what must be there, or null. */
export function shapeProblem(snapshot: Snapshot): string | null {
  return snapshot.kind === 'cloud' ? cloud(snapshot, '') : cluster(snapshot, '');
}

/** Says what is wrong with a value, or null. */
type Shape = (value: unknown, path: string) => string | null;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isA =
  (type: 'string' | 'number' | 'boolean'): Shape =>
  (value, path) =>
    typeof value === type ? null : `${path}: must be a ${type}`;

const orNull =
  (shape: Shape): Shape =>
  (value, path) =>
    value === null ? null : shape(value, path);

const optional =
  (shape: Shape): Shape =>
  (value, path) =>
    value === undefined ? null : shape(value, path);

const listOf =
  (shape: Shape): Shape =>
  (value, path) => {
    if (!Array.isArray(value)) return `${path}: must be a list`;
    return firstProblem(value.map((item, index) => () => shape(item, `${path}[${index}]`)));
  };

const mapOf =
  (shape: Shape): Shape =>
  (value, path) => {
    if (!isObject(value)) return `${path}: must be an object`;
    return firstProblem(
      Object.entries(value).map(
        ([key, item]) =>
          () =>
            shape(item, `${path}.${key}`),
      ),
    );
  };

const object =
  (shapes: Record<string, Shape>): Shape =>
  (value, path) => {
    if (!isObject(value)) return `${path || 'it'}: must be an object`;
    return firstProblem(
      Object.entries(shapes).map(
        ([key, shape]) =>
          () =>
            shape(value[key], path ? `${path}.${key}` : key),
      ),
    );
  };

function firstProblem(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const problem = check();
    if (problem) return problem;
  }
  return null;
}

const string = isA('string');
const number = isA('number');
const boolean = isA('boolean');

const input = (shape: Shape): Shape => {
  const failed = object({ error: object({ reason: string, message: string }) });
  return (value, path) =>
    isObject(value) && 'error' in value ? failed(value, path) : object({ value: shape })(value, path);
};

const head = { subject: string, takenAt: string, requests: number, durationMs: number };

const groupRule = {
  direction: string,
  ethertype: string,
  remoteGroupId: orNull(string),
  remoteIpPrefix: orNull(string),
};

const cloud = object({
  ...head,
  cloud: object({ authUrl: string, region: orNull(string), interface: string, project: orNull(string) }),
  token: input(
    object({
      roles: listOf(string),
      projectId: orNull(string),
      catalog: listOf(
        object({
          type: string,
          endpoints: listOf(object({ interface: string, region: orNull(string), url: string })),
        }),
      ),
    }),
  ),
  flavors: input(
    listOf(
      object({
        id: string,
        name: string,
        vcpus: number,
        ram: number,
        disk: number,
        isPublic: boolean,
        extraSpecs: mapOf(string),
      }),
    ),
  ),
  images: input(
    listOf(
      object({
        id: string,
        name: orNull(string),
        visibility: string,
        hidden: boolean,
        status: string,
        size: orNull(number),
        minDisk: number,
        minRam: number,
        createdAt: string,
        properties: mapOf(string),
      }),
    ),
  ),
  volumeTypes: input(listOf(object({ id: string, name: string, description: orNull(string) }))),
  defaultSecurityGroupRules: input(
    orNull(
      listOf(object({ id: string, ...groupRule, usedInDefaultSg: boolean, usedInNonDefaultSg: boolean })),
    ),
  ),
  probes: object({
    entropy: optional(input(object({ image: string, flavor: string, sections: mapOf(listOf(string)) }))),
    volumeBackup: optional(input(object({ failure: orNull(object({ step: string, message: string })) }))),
    keyManager: optional(input(object({ forbidden: orNull(string), found: boolean }))),
    s3: optional(input(object({ endpoint: string, errorCode: orNull(string) }))),
    securityGroup: optional(input(object({ rules: listOf(object(groupRule)) }))),
  }),
});

const sonobuoy = optional(input(object({ passed: number, skipped: number, failed: listOf(string) })));

const cluster = object({
  ...head,
  version: input(string),
  nodes: input(listOf(object({ name: string, labels: mapOf(string) }))),
  kubernetes: input(
    object({
      asOf: string,
      endOfLife: mapOf(string),
      releases: orNull(listOf(object({ tag: string, publishedAt: string }))),
      severeCves: orNull(
        listOf(
          object({
            id: string,
            ranges: listOf(object({ lower: string, upper: orNull(string), inclusive: boolean })),
          }),
        ),
      ),
    }),
  ),
  sonobuoy: object({ 'cncf-k8s-conformance': sonobuoy, 'kaas-networking-check': sonobuoy }),
});
