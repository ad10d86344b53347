import { cpus, loadavg, totalmem } from 'node:os';

/** Prints the figures of one area as JSON, each beside what we aim at. */
const areas: Record<string, (options: readonly string[]) => Promise<object>> = {
  certification: async () => (await import('./certification.ts')).benchCertification(),
  lifecycle: async (options) => (await import('./lifecycle.ts')).benchLifecycle(options),
  search: async () => (await import('./search.ts')).benchSearch(),
};

const machine = (): object => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  loadAverage: loadavg().map((load) => Number(load.toFixed(2))),
  node: process.version,
});

const [area = '', ...options] = process.argv.slice(2);
const bench = areas[area];
if (bench) {
  const before = machine();
  process.stdout.write(`${JSON.stringify({ area, machine: before, ...(await bench(options)) }, null, 2)}\n`);
} else {
  process.stderr.write(`bench: name an area: npm run bench -- ${Object.keys(areas).join('|')}\n`);
  process.exitCode = 64;
}
