import { textOf } from './admission-request.ts';
import { topologyOf } from './cluster.ts';
import { isInitialized, numberAt, poolLabel, releaseTagOf, type ClusterFacts } from './cluster-facts.ts';

/** Something that is used, and how many of it. */
export interface Meter {
  /** Uid of the cluster, or `<uid of the cluster>/<pool>`. */
  resource: string;
  meter: 'kaas.cluster' | 'kaas.node_pool';
  tenant: string;
  /** Uid of the cluster. */
  owner: string;
  count: number;
  /** For grouping. */
  attributes: Record<string, string>;
}

export interface OpenMeter extends Meter {
  /** Everything before has been told. */
  since: Date;
}

/** A stretch of time in which something was used. */
export interface UsageSegment extends Meter {
  /** The same whenever the same stretch is told. */
  id: string;
  start: Date;
  end: Date;
  /** Hours times count, exact. */
  quantity: string;
}

/** Times are whole multiples of nine seconds: those are 0.0025 h, so that every quantity is an exact decimal. Milliseconds. */
const gridMs = 9_000;
const hourMs = 3_600_000;

const floor = (time: Date, step: number): Date => new Date(Math.floor(time.getTime() / step) * step);

/**
 * What a cluster uses: its control plane from its first answer until the cluster is gone, and the machines that there are of each pool,
 * whatever they are at.
 */
export function metersOf(tenant: string, facts: ClusterFacts): Meter[] {
  const { cluster, machineDeployments } = facts;
  const { uid = '', name } = cluster.metadata;
  if (!isInitialized(facts)) return [];
  const attributes = {
    cluster: name,
    release: releaseTagOf(cluster) ?? '',
    kubernetes_version: topologyOf(cluster)?.version ?? '',
  };
  const pools = machineDeployments.flatMap((deployment): Meter[] => {
    const pool = deployment.metadata.labels?.[poolLabel] ?? deployment.metadata.name;
    const count = numberAt(deployment, 'status', 'replicas');
    const version =
      textOf(deployment, 'spec', 'template', 'spec', 'version') || attributes.kubernetes_version;
    return count === 0
      ? []
      : [
          {
            resource: `${uid}/${pool}`,
            meter: 'kaas.node_pool',
            tenant,
            owner: uid,
            count,
            attributes: { ...attributes, pool, kubernetes_version: version, replicas: String(count) },
          },
        ];
  });
  const controlPlane: Meter = {
    resource: uid,
    meter: 'kaas.cluster',
    tenant,
    owner: uid,
    count: 1,
    attributes: { ...attributes, replicas: '1' },
  };
  return [controlPlane, ...pools];
}

export interface MeterPlan {
  /** To be told. */
  segments: UsageSegment[];
  /** To be written. */
  open: OpenMeter[];
  /** Resources that are used no more. */
  closed: string[];
}

/** A stretch ends with every change, and on the hour; those of one resource follow each other without gap or overlap. */
export function planMeters(open: readonly OpenMeter[], used: readonly Meter[], now: Date): MeterPlan {
  const plan: MeterPlan = { segments: [], open: [], closed: [] };
  const until = floor(now, gridMs);
  const before = new Map(open.map((meter) => [meter.resource, meter]));
  for (const meter of used) {
    const last = before.get(meter.resource);
    if (!last) {
      plan.open.push({ ...meter, since: until });
      continue;
    }
    const end = isSame(last, meter) ? floor(now, hourMs) : until;
    plan.segments.push(...segmentsOf(last, end));
    const since = end > last.since ? end : last.since;
    if (since !== last.since || !isSame(last, meter)) plan.open.push({ ...meter, since });
  }
  const wanted = new Set(used.map(({ resource }) => resource));
  for (const meter of open) {
    if (wanted.has(meter.resource)) continue;
    plan.segments.push(...segmentsOf(meter, until));
    plan.closed.push(meter.resource);
  }
  return plan;
}

const isSame = (one: Meter, other: Meter): boolean =>
  one.count === other.count &&
  one.tenant === other.tenant &&
  Object.keys({ ...one.attributes, ...other.attributes }).every(
    (key) => one.attributes[key] === other.attributes[key],
  );

/** What lies between the meter's start and an end, cut at every full hour. */
function segmentsOf({ since, ...meter }: OpenMeter, until: Date): UsageSegment[] {
  const segments: UsageSegment[] = [];
  for (let start = since; start < until;) {
    const nextHour = new Date(floor(start, hourMs).getTime() + hourMs);
    const end = nextHour < until ? nextHour : until;
    segments.push({
      ...meter,
      id: `${meter.resource}/${start.toISOString()}`,
      start,
      end,
      quantity: hours(end.getTime() - start.getTime(), meter.count),
    });
    start = end;
  }
  return segments;
}

/** In ten-thousandths of an hour, as whole numbers: 25 a step of the grid. */
function hours(ms: number, count: number): string {
  const parts = BigInt(Math.floor(ms / gridMs)) * 25n * BigInt(count);
  const whole = parts / 10_000n;
  const rest = String(parts % 10_000n)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return rest === '' ? `${whole}` : `${whole}.${rest}`;
}
