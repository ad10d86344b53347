import {
  parseClassName,
  parseReleaseName,
  printClassName,
  printReleaseName,
  printVersion,
} from '@scs/cluster-stacks';
import type { Answer } from './command.ts';
import { EXIT } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';

type Reading =
  | {
      provider: string;
      name: string;
      kubernetesVersion: string;
      version: string;
      channel: string;
      className: string;
      releaseName: string;
    }
  | { input: string; error: string };

/** `scs stack parse`: what names of releases and of ClusterClasses say. */
export async function parse(
  { output }: { output?: 'table' | 'json' | 'yaml' },
  operands: string[],
): Promise<Answer> {
  const names = operands.filter((name) => name !== '-');
  if (operands.includes('-')) {
    const { text } = await import('node:stream/consumers');
    names.push(...(await text(process.stdin)).split('\n').filter((line) => line !== ''));
  }
  const readings = names.map(read);
  const format = output ?? defaultFormat();
  const rows = readings.map((reading, index) =>
    'error' in reading
      ? ['invalid', reading.input, reading.error]
      : [
          'valid',
          names[index] ?? '',
          `provider ${reading.provider}, stack ${reading.name}, Kubernetes ${reading.kubernetesVersion}, version ${reading.version} (${reading.channel})`,
        ],
  );
  return {
    text: format === 'table' ? columns(rows) : await formatData(readings, format),
    exitCode: readings.some((reading) => 'error' in reading) ? EXIT.fail : EXIT.pass,
  };
}

/** The two kinds of names differ in the version alone: with dashes in a release, with a dot in a class. */
function read(input: string): Reading {
  const release = parseReleaseName(input);
  const found = typeof release === 'string' ? parseClassName(input) : release;
  if (typeof found === 'string')
    return { input, error: release === 'invalid format' || typeof release !== 'string' ? found : release };
  const { provider, name, kubernetesVersion, version } = found;
  return {
    provider,
    name,
    kubernetesVersion,
    version: printVersion(version),
    channel: version.channel,
    className: printClassName(found),
    releaseName: printReleaseName(found),
  };
}
