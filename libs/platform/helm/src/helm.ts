/** Why a chart could not be rendered: one line with chart, cause and remedy. */
export class HelmError extends Error {
  override name = 'HelmError';
  readonly reason:
    | 'no-chart'
    | 'invalid-chart'
    | 'dependencies'
    | 'template'
    | 'values'
    | 'timeout'
    | 'too-large'
    | 'random-names'
    | 'unavailable';
  constructor(reason: HelmError['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

export interface Chart {
  /** A `.tgz` or a folder. */
  path: string;
  releaseName: string;
  namespace: string;
  /** Full version, `v1.27.3`. */
  kubernetesVersion: string;
  /** YAML text. */
  values?: string | undefined;
  includeCrds?: boolean;
}

export interface Rendered {
  /** Documents in Helm's install order, as objects; empty ones left out. */
  objects: Record<string, unknown>[];
  /** SHA-256 of what went in: chart content, names, versions, values. */
  digest: string;
  /**
   * JSON pointers, by the object's place in `objects`, of values that differ from one rendering to the next (genCA, randAlphaNum, now, and hashes
   * of those): an applier keeps the live value there, else each look would be drift.
   */
  random: ReadonlyMap<number, readonly string[]>;
}

/** Helm itself, the binary, as a bounded pool of processes with results cached by content. */
export interface Helm {
  /** `helm template`, never with the network. Throws {@link HelmError}. */
  template(chart: Chart, signal?: AbortSignal): Promise<Rendered>;
  /**
   * Executes a Go template with sprig functions by Helm's own engine over `data` (at `.`); integers stay integers. For cluster-addon-values.yaml
   * and overwrite.yaml, which are not charts.
   */
  templateText(template: string, data: Record<string, unknown>, signal?: AbortSignal): Promise<string>;
  /** Problems that `helm lint --strict` finds, one line each. */
  lint(
    chart: { path: string; kubernetesVersion: string; values?: string },
    signal?: AbortSignal,
  ): Promise<string[]>;
  readonly stats: { runs: number; hits: number };
  close(): Promise<void>;
}

/**
 * Unpacks the binary on first use into `folder` (shared by processes; atomic). `processes`: how many at once (default: CPUs); `timeoutMs` for one
 * rendering (default 30,000); `cacheFolder`: where results are kept for the next start.
 */
export function openHelm(_options: {
  folder?: string;
  processes?: number;
  timeoutMs?: number;
  cacheFolder?: string | undefined;
}): Promise<Helm> {
  throw new Error('to be written');
}
