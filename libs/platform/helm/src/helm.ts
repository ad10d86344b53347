import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultFolder, installHelm } from './binary.ts';
import { Engine } from './engine.ts';
import { HelmError, shorten } from './failure.ts';
import { runHelm } from './process.ts';

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
  /** Documents in Helm's install order, as objects; empty ones left out. Integers beyond 2^53 are `bigint`. The caller may change them. */
  objects: Record<string, unknown>[];
  /** SHA-256 of what went in: chart content, names, versions, values. */
  digest: string;
  /**
   * JSON pointers, by the object's place in `objects`, of values that differ from one rendering to the next (genCA, randAlphaNum, now, and hashes
   * of those): an applier keeps the live value there, else each look would be drift. A value of the clock is found where seconds change it;
   * one that changes by the day is not.
   */
  random: ReadonlyMap<number, readonly string[]>;
}

/** Helm itself, the binary, as a bounded pool of processes with results cached by content. */
export interface Helm {
  /** `helm template`, never with the network. Throws {@link HelmError}. */
  template(chart: Chart, signal?: AbortSignal): Promise<Rendered>;
  /**
   * Executes a Go template with sprig functions by Helm's own engine over `data` (at `.`); integers stay integers. For cluster-addon-values.yaml
   * and overwrite.yaml, which are not charts. As in charts, and other than in Go's text/template, a missing value gives nothing, not `<no value>`.
   */
  templateText(template: string, data: Record<string, unknown>, signal?: AbortSignal): Promise<string>;
  /** Problems that `helm lint --strict` finds, one line each. */
  lint(
    chart: { path: string; kubernetesVersion: string; values?: string },
    signal?: AbortSignal,
  ): Promise<string[]>;
  /** Helm processes that were started; results that were there already. */
  readonly stats: { runs: number; hits: number };
  /** Ends what is running, and removes its temporary files. */
  close(): Promise<void>;
}

export interface HelmOptions {
  /** Where the packed binary is unpacked to, shared by processes; default: `scs/helm` in the user's cache folder. */
  folder?: string | undefined;
  /** A Helm of one's own, version 4, in place of the packed one, which is for Linux on x86-64 only. */
  binary?: string | undefined;
  /** How many at once; default: as many as there are CPUs. */
  processes?: number | undefined;
  /** For one rendering, not counting the wait for a free process; default 30,000. */
  timeoutMs?: number | undefined;
  /** Where results are kept for the next start, readable for the owner only as they may hold secrets; default: nowhere. */
  cacheFolder?: string | undefined;
}

/** Unpacks the binary on first use, atomically. Throws {@link HelmError} `unavailable`. */
export async function openHelm(options: HelmOptions = {}): Promise<Helm> {
  const { binary = await installHelm(options.folder ?? defaultFolder()), timeoutMs = 30_000 } = options;
  const home = await mkdtemp(join(tmpdir(), 'scs-helm-'));
  try {
    const run = await runHelm(binary, ['version', '--template', '{{.Version}}'], {
      home,
      timeoutMs,
      what: 'helm',
    });
    if (run.code !== 0 || !run.stdout.startsWith('v4.')) {
      const found = shorten(run.stdout || run.stderr);
      throw new HelmError('unavailable', `${binary} is no Helm 4 (${found}); name another one`);
    }
    return new Engine({ ...options, binary, home, timeoutMs, version: run.stdout.trim() });
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}
