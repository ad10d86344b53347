import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openHelm } from '@scs/helm';
import { connectKubernetes, type ApiObject, type KubernetesClient } from '@scs/kubernetes';
import { newMachines, packDemo } from '../../apps/cluster-lifecycle/e2e/demo-releases.ts';
import { serviceProcess, type ServiceProcess } from '../../apps/cluster-lifecycle/e2e/service-process.ts';
import { readMetrics, type LifecycleMetrics } from './lifecycle-metrics.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const clusters = 200;
const driftSeconds = 60;
const upstreamDriftSeconds = 600;
const convergeMs = 600_000;

const [first, second, next] = [
  ['dev-sandbox-1-33-v1', 'v1.33.6'],
  ['dev-sandbox-1-33-v2', 'v1.33.6'],
  ['dev-sandbox-1-34-v1', 'v1.34.3'],
] as const;
type Release = readonly [className: string, version: string];

/**
 * The service in a process of its own, everything around it in another: many clusters brought to three releases one after the other, then left
 * alone, then more and more of them. `--kubeconfig FILE`: on that management cluster, a plain API server, in place of the sandbox.
 */
export async function benchLifecycle(options: readonly string[]): Promise<object> {
  const at = options.indexOf('--kubeconfig');
  const kubeconfig = at < 0 ? undefined : options[at + 1];
  execFileSync('nx', ['run', '@scs/cluster-lifecycle:build'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const rendering = await benchRendering();
  const fleet = await inWorld(kubeconfig, driftSeconds, async (world) => ({
    converge: await world.converge(clusters, first),
    upgradeSameMinor: await world.upgrade(second),
    upgradeNextMinor: await world.upgrade(next),
    unchanged: await world.leaveAlone(),
    reconciles: (await world.metrics()).reconciles,
    restart: await world.restart(),
  }));
  const growth = await inWorld(kubeconfig, upstreamDriftSeconds, async (world) => {
    const steps: object[] = [];
    for (let step = 0; step < 4; step += 1) steps.push(await world.converge(100, first));
    return steps;
  });
  tell({ rendering, ...fleet }, growth);
  return {
    management: kubeconfig ? 'a real API server' : 'the sandbox',
    clusters,
    releases: 3,
    rendering,
    ...fleet,
    per100FurtherClusters: growth,
    aims: {
      convergeSeconds: 60,
      peakMemoryMiB: 1024,
      writesPerClusterAndHour: 2,
    },
  };
}

interface Step {
  clusters: number;
  seconds: number;
  writesPerCluster: number;
  workloadWritesPerCluster: number;
  requestsPerCluster: number;
  memoryMiB: number;
  peakMemoryMiB: number;
  cpuSeconds: number;
}

async function inWorld<T>(
  kubeconfig: string | undefined,
  drift: number,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'scs-bench-'));
  const world = await World.start(folder, kubeconfig, drift);
  try {
    return await work(world);
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

class World {
  readonly #child: ChildProcess;
  readonly #client: KubernetesClient;
  readonly #service: ServiceProcess;
  readonly #namespace: string;
  #names: string[] = [];

  private constructor(
    child: ChildProcess,
    client: KubernetesClient,
    service: ServiceProcess,
    namespace: string,
  ) {
    this.#child = child;
    this.#client = client;
    this.#service = service;
    this.#namespace = namespace;
  }

  static async start(folder: string, kubeconfig: string | undefined, drift: number): Promise<World> {
    const source = join(folder, 'source');
    mkdirSync(source);
    await packDemo(source);
    await packDemo(source, {
      version: 'v2',
      change: (path, text) =>
        path === 'cluster-addon/network/values.yaml'
          ? text.replace('mtu: 1500', 'mtu: 1400')
          : newMachines(path, text),
    });
    await packDemo(source, { stack: 'dev-sandbox-1-34' });
    const child = fork(
      fileURLToPath(new URL('lifecycle-world.ts', import.meta.url)),
      kubeconfig ? [kubeconfig] : [],
    );
    const { kubeconfig: text } = await answerOf<{ kubeconfig: string }>(child);
    const file = join(folder, 'kubeconfig');
    writeFileSync(file, text);
    const client = connectKubernetes({ kubeconfig: { file }, userAgent: 'scs-bench' });
    const namespace = `bench-${process.pid}-${Date.now() % 100_000}`;
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const profile = process.env['SCS_BENCH_PROFILE'];
    const service = await serviceProcess(
      join(root, 'apps/cluster-lifecycle/dist/main.js'),
      {
        KUBECONFIG: file,
        NAMESPACE: namespace,
        RELEASE_SOURCE: source,
        RELEASE_DIR: join(folder, 'cache'),
        LOG_LEVEL: 'warn',
        DRIFT_CHECK_SECONDS: String(drift),
      },
      profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
    );
    await service.start();
    const world = new World(child, client, service, namespace);
    for (const [minor, versions] of [
      ['1.33', ['v1', 'v2']],
      ['1.34', ['v1']],
    ] as const)
      await client.create({
        ...stackType,
        metadata: { name: `sandbox-${minor.replace('.', '-')}`, namespace },
        spec: { provider: 'dev', name: 'sandbox', kubernetesVersion: minor, noProvider: true, versions },
      });
    await until(async () => {
      const { items } = await client.list<Ready>(releaseType, { namespace });
      return items.filter(({ status }) => status?.ready).length === 3;
    });
    return world;
  }

  metrics = (): Promise<LifecycleMetrics> => readMetrics(this.#service.opsUrl);

  /** Makes so many further clusters, and waits until the add-ons of all are in place. */
  converge(count: number, release: Release): Promise<Step> {
    const names = Array.from({ length: count }, (_, n) => `c${this.#names.length + n}`);
    return this.#measured(names, release, (name) =>
      this.#client.create(clusterOf(this.#namespace, name, release)),
    );
  }

  upgrade(release: Release): Promise<Step> {
    const [className, version] = release;
    return this.#measured(this.#names, release, (name) =>
      this.#client.patch(
        { ...clusterType, namespace: this.#namespace, name },
        { spec: { topology: { classRef: { name: className }, version } } },
      ),
    );
  }

  async #measured(
    names: readonly string[],
    [className]: Release,
    act: (name: string) => Promise<unknown>,
  ): Promise<Step> {
    this.#names = [...new Set([...this.#names, ...names])];
    const [before, writesBefore, cpuBefore] = [
      await this.metrics(),
      await this.#allWrites(),
      this.#usage().cpuSeconds,
    ];
    const start = performance.now();
    await inParallel(names, 16, act);
    await until(async () => {
      const { items } = await this.#client.list<Ready>(addonType, { namespace: this.#namespace });
      const done = items.filter(({ spec, status }) => status?.ready && spec?.clusterStack === className);
      return done.length === this.#names.length;
    });
    const seconds = (performance.now() - start) / 1000;
    const after = await this.metrics();
    const usage = this.#usage();
    const per = (total: number): number => round(total / names.length);
    const writes = after.writes - before.writes;
    return {
      clusters: this.#names.length,
      seconds: round(seconds),
      writesPerCluster: per(writes),
      workloadWritesPerCluster: per((await this.#allWrites()) - writesBefore - writes),
      requestsPerCluster: per(after.requests - before.requests),
      ...usage,
      cpuSeconds: round(usage.cpuSeconds - cpuBefore),
    };
  }

  /** Nothing changes for two looks at everything; what that costs in an hour with the interval that is the default. */
  async leaveAlone(): Promise<object> {
    // Events of what went before are written late, and Cluster API may have something to finish.
    await this.#calm();
    const [before, allBefore, kindsBefore] = [
      await this.metrics(),
      await this.#allWrites(),
      await this.#writes(),
    ];
    const { cpuSeconds } = this.#usage();
    await delay(2.5 * driftSeconds * 1000);
    const [after, allAfter, kindsAfter] = [
      await this.metrics(),
      await this.#allWrites(),
      await this.#writes(),
    ];
    const kinds = Object.entries(kindsAfter).map(
      ([what, count]) => `${what} ${count - (kindsBefore[what] ?? 0)}`,
    );
    const perRound = (after.writes - before.writes) / 2.5 / this.#names.length;
    return {
      seconds: 2.5 * driftSeconds,
      looks: 2,
      writes: after.writes - before.writes,
      what: kinds.filter((text) => !text.endsWith(' 0')).join(', '),
      workloadWrites: allAfter - allBefore - (after.writes - before.writes),
      requestsPerClusterAndLook: round((after.requests - before.requests) / 2.5 / this.#names.length),
      writesPerClusterAndHour: round((perRound * 3600) / upstreamDriftSeconds),
      ...this.#usage(),
      cpuSeconds: round(this.#usage().cpuSeconds - cpuSeconds),
    };
  }

  /** Killed (-9) and started again, until it has looked at every cluster once. */
  async restart(): Promise<object> {
    await this.#service.kill();
    const before = await this.#allWrites();
    const start = performance.now();
    await this.#service.start();
    await until(async () => {
      const { reconciles } = await this.metrics();
      return (reconciles['cluster-addon']?.count ?? 0) >= this.#names.length;
    });
    const seconds = round((performance.now() - start) / 1000);
    return { seconds, writes: (await this.#allWrites()) - before, ...this.#usage() };
  }

  /** Of the service, management and workload clusters together, as far as the sandbox sees them. */
  async #allWrites(): Promise<number> {
    return Object.values(await this.#writes()).reduce((sum, count) => sum + count, 0);
  }

  async #writes(): Promise<Record<string, number>> {
    const answer = answerOf<{ writes: Record<string, number> }>(this.#child);
    this.#child.send({});
    return (await answer).writes;
  }

  /** Until ten seconds go by without a write. */
  async #calm(): Promise<void> {
    for (let before = -1, now = 0; before !== now;) {
      before = now;
      await delay(10_000);
      now = await this.#allWrites();
    }
  }

  #usage(): { memoryMiB: number; peakMemoryMiB: number; cpuSeconds: number } {
    const status = readFileSync(`/proc/${this.#service.pid}/status`, 'utf8');
    const mib = (field: string): number =>
      Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
    const [, ...times] =
      /\) (.*)$/s.exec(readFileSync(`/proc/${this.#service.pid}/stat`, 'utf8'))?.[1]?.split(' ') ?? [];
    // Own and those of ended children: Helm. In ticks of 10 ms.
    const ticks = times.slice(10, 14).reduce((sum, text) => sum + Number(text), 0);
    return { memoryMiB: mib('VmRSS'), peakMemoryMiB: mib('VmHWM'), cpuSeconds: ticks / 100 };
  }

  async stop(): Promise<void> {
    await this.#service.stop();
    await this.#client.delete({ apiVersion: 'v1', kind: 'Namespace', name: this.#namespace });
    this.#client.close();
    this.#child.kill();
  }
}

interface Ready extends ApiObject {
  spec?: { clusterStack?: string };
  status?: { ready?: boolean };
}

const stacks = 'clusterstack.x-k8s.io/v1alpha1';
const stackType = { apiVersion: stacks, kind: 'ClusterStack' };
const releaseType = { apiVersion: stacks, kind: 'ClusterStackRelease' };
const addonType = { apiVersion: stacks, kind: 'ClusterAddon' };
const clusterType = { apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster' };

const clusterOf = (namespace: string, name: string, [className, version]: Release): ApiObject => ({
  ...clusterType,
  metadata: { name, namespace },
  spec: {
    clusterNetwork: {
      services: { cidrBlocks: ['10.128.0.0/12'] },
      pods: { cidrBlocks: ['192.168.0.0/16'] },
      serviceDomain: 'cluster.local',
    },
    topology: {
      classRef: { name: className },
      version,
      controlPlane: { replicas: 1 },
      workers: { machineDeployments: [{ class: 'default-worker', name: 'md-0', replicas: 1 }] },
    },
  },
});

/** The class chart of a demo stack: with nothing kept, with the results of an earlier process, and again in the same one. */
async function benchRendering(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'scs-bench-'));
  try {
    const tag = await packDemo(folder);
    const chart = {
      path: join(folder, tag, 'dev-sandbox-1-33-cluster-class-v1.tgz'),
      releaseName: 'dev-sandbox-1-33',
      namespace: 'bench',
      kubernetesVersion: 'v1.33.6',
    };
    const cacheFolder = join(folder, 'rendered');
    const times: number[] = [];
    for (const again of [0, 1]) {
      const helm = await openHelm({ cacheFolder });
      for (let time = 0; time < (again ? 2 : 1); time += 1) {
        const start = performance.now();
        await helm.template(chart);
        times.push(performance.now() - start);
      }
      await helm.close();
    }
    const [coldMs = 0, otherProcessMs = 0, sameProcessMs = 0] = times.map(round);
    return { coldMs, otherProcessMs, sameProcessMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the sandbox ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

async function inParallel(
  names: readonly string[],
  width: number,
  act: (name: string) => Promise<unknown>,
): Promise<void> {
  const waiting = [...names];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await act(name);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + convergeMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not converged within ${convergeMs / 1000} s`);
    await delay(250);
  }
}

/** For people, on stderr: the JSON is on stdout. */
function tell(fleet: Record<string, object>, growth: readonly object[]): void {
  const { reconciles = {}, ...steps } = fleet;
  const rows = [
    ...Object.entries(steps),
    ...growth.map((step, index): [string, object] => [`further 100, ${index + 1}`, step]),
    ...Object.entries(reconciles),
  ];
  for (const [name, row] of rows) {
    const fields = Object.entries(row).map(([field, value]) => `${field} ${String(value)}`);
    process.stderr.write(`${name.padEnd(32)}${fields.join('  ')}\n`);
  }
}

const round = (value: number): number => Number(value.toPrecision(3));
