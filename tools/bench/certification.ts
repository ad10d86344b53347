import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluate, scopes, type CloudSnapshot } from '@scs/standards';
import { servedCloud } from './served-cloud.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'apps/cli/bin/scs.mjs');
const at = new Date();

/** Evaluation alone, and the whole command against a cloud served on loopback. */
export async function benchCertification(): Promise<object> {
  // What is measured is what the sources say now.
  execFileSync('nx', ['run', '@scs/cli:build'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const folder = mkdtempSync(join(tmpdir(), 'scs-bench-'));
  const cloud = await servedCloud();
  try {
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml') };
    writeFileSync(env.OS_CLIENT_CONFIG_FILE, cloudsYaml(cloud.authUrl));
    const stored = join(folder, 'snapshot.json');
    await scs(['snapshot', '--os-cloud', 'bench', '--probes', '-o', stored], env);
    const snapshot = JSON.parse(readFileSync(stored, 'utf8')) as CloudSnapshot;
    return {
      cloud: cloud.name,
      evaluation: evaluation(snapshot),
      thousandSnapshots: thousandSnapshots(snapshot),
      certify: await command(
        ['certify', '--os-cloud', 'bench', '--version', 'v5.1', '--output', 'json'],
        env,
      ),
      certifyWithProbes: await command(
        ['certify', '--os-cloud', 'bench', '--version', 'v5.1', '--probes', '--output', 'json'],
        env,
      ),
      certifyOffline: await command(
        ['certify', '--snapshot', stored, '--version', 'v5.1', '--output', 'json'],
        env,
      ),
      flavorParse: await command(['flavor', 'parse', 'SCS-4V-16-100s', '--output', 'json'], env),
      aims: {
        evaluationMs: 5,
        thousandSnapshotsSeconds: 3,
        certifyWithProbesSeconds: 0.6,
        flavorParseSeconds: 0.15,
        upstreamCertifySeconds: 3.7,
      },
    };
  } finally {
    cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One snapshot under v5.1, over and over. */
function evaluation(snapshot: CloudSnapshot): object {
  const run = (): number => {
    const start = performance.now();
    evaluate({ scope: scopes.iaas, version: 'v5.1', snapshot, at, mode: 'upstream' });
    return performance.now() - start;
  };
  const first = run();
  for (let warmUp = 0; warmUp < 200; warmUp++) run();
  const times = Array.from({ length: 2000 }, run).toSorted((a, b) => a - b);
  return {
    runs: times.length,
    firstMs: round(first),
    p50Ms: round(quantile(times, 0.5)),
    p95Ms: round(quantile(times, 0.95)),
    maxMs: round(times.at(-1)!),
  };
}

/** A thousand clouds that differ in flavors, images and roles, on this one thread, one after the other. */
function thousandSnapshots(snapshot: CloudSnapshot): object {
  const clouds = Array.from({ length: 1000 }, (_, index) => variation(snapshot, index));
  const results: Record<string, number> = {};
  const start = performance.now();
  for (const cloud of clouds) {
    const { result } = evaluate({
      scope: scopes.iaas,
      version: 'v5.1',
      snapshot: cloud,
      at,
      mode: 'upstream',
    });
    results[result] = (results[result] ?? 0) + 1;
  }
  return { snapshots: clouds.length, seconds: round((performance.now() - start) / 1000), results };
}

/** One of many clouds: some flavors gone or smaller, some images old or without a property, more of both. */
function variation(snapshot: CloudSnapshot, index: number): CloudSnapshot {
  const copy = structuredClone(snapshot);
  copy.subject = `cloud-${index}`;
  if ('value' in copy.flavors) {
    const flavors = copy.flavors.value;
    const more = flavors
      .slice(0, index % 40)
      .map((flavor, n) => ({ ...flavor, id: `more-${n}`, name: `SCS-${n + 1}V-${(n + 1) * 4}_i${n % 5}` }));
    if (index % 3 === 0) flavors.splice(index % flavors.length, 1);
    if (index % 5 === 0 && flavors[0]) flavors[0].ram -= index;
    flavors.push(...more);
  }
  if ('value' in copy.images) {
    const images = copy.images.value;
    const image = images[index % images.length];
    if (image && index % 4 === 0) delete image.properties['os_distro'];
    if (image && index % 7 === 0) image.properties['image_build_date'] = '2020-01-01';
    images.push(
      ...images
        .slice(0, index % 6)
        .map((other, n) => ({ ...other, id: `${index}-${n}`, name: `image ${n}` })),
    );
  }
  return copy;
}

/** From the start of the process to its end, `runs` times, after one run that fills the compile cache. */
async function command(args: string[], env: NodeJS.ProcessEnv, runs = 9): Promise<object> {
  const cold = await scs(args, env);
  const all: Awaited<ReturnType<typeof scs>>[] = [];
  for (let run = 0; run < runs; run++) all.push(await scs(args, env));
  const seconds = all.map((run) => run.seconds).toSorted((a, b) => a - b);
  const { result, requests } = JSON.parse(cold.stdout) as { result?: string; requests?: number };
  return {
    runs,
    firstSeconds: round(cold.seconds),
    minSeconds: round(seconds[0]!),
    medianSeconds: round(quantile(seconds, 0.5)),
    maxSeconds: round(seconds.at(-1)!),
    peakMemoryMiB: Math.round(Math.max(...all.map((run) => run.peakKiB)) / 1024),
    ...(result !== undefined && { result, requests }),
  };
}

/** The child says its peak memory on descriptor 3 when it exits. */
const tellMemory = `data:text/javascript,import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`;

function scs(
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ stdout: string; seconds: number; peakKiB: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', tellMemory, bin, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', '', ''];
  for (const descriptor of [1, 2, 3])
    child.stdio[descriptor]?.on('data', (chunk: Buffer) => (texts[descriptor] += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const [, stdout = '', stderr = '', peak = ''] = texts;
      if (code === null || code > 2) reject(new Error(`scs ${args.join(' ')} ended with ${code}: ${stderr}`));
      else resolve({ stdout, seconds: (performance.now() - start) / 1000, peakKiB: Number(peak) });
    });
  });
}

const cloudsYaml = (authUrl: string): string => `clouds:
  bench:
    region_name: RegionOne
    auth: {auth_url: "${authUrl}", username: u, password: p, project_name: p, user_domain_name: Default, project_domain_name: Default}
`;

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
const round = (value: number): number => Number(value.toPrecision(3));
