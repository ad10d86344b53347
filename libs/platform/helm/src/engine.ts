import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import { readChart, usesRandomWords, type ChartContent } from './chart-content.ts';
import { parseYaml } from './documents.ts';
import { failureOf, HelmError, shorten, textFailure } from './failure.ts';
import type { Chart, Helm, Rendered } from './helm.ts';
import { objectsOf } from './objects.ts';
import { runHelm, type Run } from './process.ts';
import { randomValues } from './random.ts';
import { ResultCache } from './result-cache.ts';
import { hiderOf } from './secrets.ts';
import { SharedWork } from './shared-work.ts';
import { Slots } from './slots.ts';
import { textChart, textOf } from './text-chart.ts';

/** To be raised when other results are made of what Helm prints: what was kept before is for the old way. */
const format = '1';

/** What is cached: a result, or why there is none and will not be one for the same input. */
type Outcome<T> = { result: T } | { reason: HelmError['reason']; message: string };

/** Failures that would be the same the next time. */
const lasting = new Set<HelmError['reason']>([
  'invalid-chart',
  'dependencies',
  'template',
  'values',
  'random-names',
]);

export interface EngineOptions {
  binary: string;
  /** Of the binary, `v4.1.4`. */
  version: string;
  /** A folder of ours. */
  home: string;
  timeoutMs: number;
  processes?: number | undefined;
  cacheFolder?: string | undefined;
}

/** Helm processes, and what they gave. Made by `openHelm`. */
export class Engine implements Helm {
  readonly stats = { runs: 0, hits: 0 };
  readonly #options: EngineOptions;
  readonly #slots: Slots;
  readonly #results: ResultCache;
  readonly #shared = new SharedWork<Buffer>();
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#slots = new Slots(Math.max(1, options.processes ?? availableParallelism()));
    this.#results = new ResultCache(options.cacheFolder);
  }

  async template(chart: Chart, signal?: AbortSignal): Promise<Rendered> {
    const content = await readChart(chart.path);
    const { releaseName, namespace, kubernetesVersion, values = '', includeCrds = false } = chart;
    const digest = digestOf(
      'template',
      content.digest,
      releaseName,
      namespace,
      kubernetesVersion,
      values,
      String(includeCrds),
    );
    const work = (shared: AbortSignal) => this.#render(content, chart, shared);
    return { ...(await this.#cached(digest, work, signal)), digest };
  }

  async templateText(template: string, data: Record<string, unknown>, signal?: AbortSignal): Promise<string> {
    const files = textChart(template, data);
    const digest = digestOf('text', ...Object.values(files));
    return this.#cached(digest, (shared) => this.#executeText(files, shared), signal);
  }

  async lint(
    chart: { path: string; kubernetesVersion: string; values?: string },
    signal?: AbortSignal,
  ): Promise<string[]> {
    const { path, kubernetesVersion, values } = chart;
    const { name } = await readChart(path);
    const args = ['lint', '--strict', '--quiet', '--kube-version', kubernetesVersion, '-f', '-', path];
    const run = await this.#run(args, name, values, signal);
    const problems = lintProblems(run.stdout, path);
    if (problems.length > 0 || run.code === 0) return problems;
    throw failureOf(name, run.stderr, hiderOf(valuesOf(values)));
  }

  async close(): Promise<void> {
    this.#closing.abort(new HelmError('unavailable', 'Helm was closed, as this process is ending'));
    await Promise.allSettled(this.#running);
    await rm(this.#options.home, { recursive: true, force: true });
  }

  async #cached<T>(
    digest: string,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const key = digestOf(format, this.#options.version, digest);
    const known = await this.#known<T>(key);
    if (known) this.stats.hits++;
    const outcome =
      known ?? outcomeOf<T>(await this.#shared.run(key, (shared) => this.#work(key, work, shared), signal));
    if ('result' in outcome) return outcome.result;
    throw new HelmError(outcome.reason, outcome.message);
  }

  async #known<T>(key: string): Promise<Outcome<T> | undefined> {
    const content = await this.#results.get(key);
    try {
      return content && outcomeOf<T>(content);
    } catch {
      // Written by another version of Node.
      return undefined;
    }
  }

  async #work<T>(
    key: string,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<Buffer> {
    let outcome: Outcome<T>;
    try {
      outcome = { result: await work(signal) };
    } catch (error) {
      if (!(error instanceof HelmError && lasting.has(error.reason))) throw error;
      outcome = { reason: error.reason, message: error.message };
    }
    const content = serialize(outcome);
    await this.#results.set(key, content);
    return content;
  }

  async #render(content: ChartContent, chart: Chart, signal: AbortSignal): Promise<Omit<Rendered, 'digest'>> {
    const objects = await this.#renderOnce(content.name, chart, signal);
    const isRandom = (await content.isRandom()) || usesRandomWords(chart.values ?? '');
    if (!isRandom) return { objects, random: new Map() };
    // Clocks are mostly printed in seconds.
    if (await content.tellsTime()) await sleep(1000, undefined, { signal });
    const again = await this.#renderOnce(content.name, chart, signal);
    return { objects, random: randomValues(content.name, objects, again) };
  }

  async #renderOnce(name: string, chart: Chart, signal: AbortSignal): Promise<Record<string, unknown>[]> {
    const { path, releaseName, namespace, kubernetesVersion, values, includeCrds } = chart;
    const args = [
      'template',
      releaseName,
      path,
      '--namespace',
      namespace,
      '--kube-version',
      kubernetesVersion,
    ];
    if (includeCrds) args.push('--include-crds');
    const run = await this.#run([...args, '-f', '-'], name, values, signal);
    if (run.code !== 0) throw failureOf(name, run.stderr, hiderOf(valuesOf(values)));
    return objectsOf(name, run.stdout, (text) => this.#readByHelm(text, signal));
  }

  /** Go's YAML reader takes some documents that ours does not. Integers beyond 2^53 are rounded here. */
  async #readByHelm(text: string, signal: AbortSignal): Promise<unknown> {
    const files = textChart('{{ toJson (fromYaml .text) }}', { text });
    return JSON.parse(await this.#executeText(files, signal));
  }

  async #executeText(files: Record<string, string>, signal: AbortSignal): Promise<string> {
    const folder = await mkdtemp(join(this.#options.home, 'text-'));
    try {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(join(folder, dirname(path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      const run = await this.#run(['template', 'text', folder], 'the template', '', signal);
      if (run.code !== 0) throw textFailure(run.stderr);
      return textOf(run.stdout);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #run(args: string[], what: string, input: string | undefined, signal?: AbortSignal): Promise<Run> {
    const { binary, home, timeoutMs } = this.#options;
    const either = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    const run = this.#slots.run(() => {
      this.stats.runs++;
      return runHelm(binary, args, { input, home, timeoutMs, signal: either, what });
    }, either);
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }
}

function outcomeOf<T>(content: Buffer): Outcome<T> {
  return deserialize(content) as Outcome<T>;
}

/** For the search of secrets only: what is no YAML, Helm says. */
function valuesOf(text: string | undefined): unknown {
  try {
    return parseYaml(text ?? '');
  } catch {
    return undefined;
  }
}

/** Helm prints `[WARNING] templates/a.yaml: cause`; what does not begin so belongs to the line before. */
function lintProblems(output: string, path: string): string[] {
  return output
    .split(/\n(?=\[|==>|\n|Error)/)
    .map((lines) => /^\[(?:ERROR|WARNING)\] (?:: )?([^]+)/.exec(lines.trimStart())?.[1])
    .filter((problem) => problem !== undefined)
    .map((problem) => shorten(problem.replaceAll(path, 'chart')));
}

function digestOf(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}
