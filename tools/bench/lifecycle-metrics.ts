/** What the service says on `/metrics` about its reconciles and its requests to the management cluster. */
export interface LifecycleMetrics {
  writes: number;
  requests: number;
  /** By reconciler: how many, and quantiles as far as the histogram's buckets tell them apart. */
  reconciles: Record<string, { count: number; failed: number; p50Ms: number; p99Ms: number }>;
}

const histogram = 'scs_cp_reconcile_duration_seconds';

export async function readMetrics(opsUrl: string): Promise<LifecycleMetrics> {
  const samples = parseSamples(await (await fetch(`${opsUrl}/metrics`)).text());
  const valueOf = (name: string): number => samples.find((sample) => sample.name === name)?.value ?? 0;
  const names = new Set(
    samples.flatMap(({ name, labels }) =>
      name === `${histogram}_count` ? (labels['reconciler'] ?? []) : [],
    ),
  );
  return {
    writes: valueOf('scs_cp_kubernetes_writes'),
    requests: valueOf('scs_cp_kubernetes_requests'),
    reconciles: Object.fromEntries(
      [...names].map((reconciler) => [
        reconciler,
        summaryOf(samples.filter(({ labels }) => labels['reconciler'] === reconciler)),
      ]),
    ),
  };
}

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

function parseSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line): Sample[] => {
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/([a-z_.]+)="([^"]*)"/g)].map(([, key = '', text_ = '']) => [
      key,
      text_,
    ]);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
}

function summaryOf(samples: readonly Sample[]) {
  const sum = (name: string, result?: string): number =>
    samples
      .filter((one) => one.name === name && (result === undefined || one.labels['result'] === result))
      .reduce((total, { value }) => total + value, 0);
  const bounds = new Map<number, number>();
  for (const { name, labels, value } of samples)
    if (name === `${histogram}_bucket` && labels['le'] !== '+Inf') {
      const bound = Number(labels['le']);
      bounds.set(bound, (bounds.get(bound) ?? 0) + value);
    }
  const count = sum(`${histogram}_count`);
  const quantile = (share: number): number => {
    let [below, countBelow] = [0, 0];
    for (const [bound, upTo] of [...bounds].toSorted(([a], [b]) => a - b)) {
      if (upTo >= share * count)
        return below + ((bound - below) * (share * count - countBelow)) / Math.max(1, upTo - countBelow);
      [below, countBelow] = [bound, upTo];
    }
    return below;
  };
  return {
    count,
    failed: sum(`${histogram}_count`, 'failed'),
    p50Ms: Math.round(quantile(0.5) * 1000),
    p99Ms: Math.round(quantile(0.99) * 1000),
  };
}
