import { diffReleases, type FieldChange, type ReleaseDiff } from '@scs/cluster-stacks';
import { openHelm } from '@scs/helm';
import type { Answer } from './command.ts';
import { EXIT, usage } from './failure.ts';
import { defaultFormat, formatData } from './output.ts';
import { renderRelease } from './stack-contents.ts';
import { explained } from './stack-failure.ts';
import { openRelease } from './stack-release.ts';
import { withWorkspace } from './workspace.ts';

interface DiffValues {
  source?: string;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs stack diff`: what moving a cluster from one release to another changes, and which machines it replaces. */
export async function diff({ source, output }: DiffValues, operands: string[]): Promise<Answer> {
  const releases = await explained(() =>
    withWorkspace(async (workspace) => {
      const helm = await openHelm();
      try {
        const rendered = [];
        for (const operand of operands) {
          const release = await openRelease(operand, source, workspace);
          const contents = await renderRelease(release, { helm, workspace, namespace: 'default' });
          for (const [part, { failure }] of [
            ['class', contents.classChart] as const,
            ...contents.addonCharts,
          ])
            if (failure !== undefined) throw usage(`${operand}, ${part}: ${failure}`);
          rendered.push(contents);
        }
        return rendered;
      } finally {
        await helm.close();
      }
    }),
  );
  const [from, to] = releases;
  if (!from || !to) throw usage('name two releases');
  const changes = diffReleases(from, to);
  const format = output ?? defaultFormat();
  return {
    text: format === 'table' ? page(changes) : await formatData(changes, format),
    exitCode: EXIT.pass,
  };
}

/** Section by section, what differs; nothing about what does not. */
function page(changes: ReleaseDiff): string {
  const sections: [title: string, lines: string[]][] = [
    ['Obstacles', changes.obstacles],
    [
      'Machines',
      changes.rollouts.map(
        ({ machines, certainty, reasons }) =>
          `${machines} ${certainty === 'certain' ? 'are replaced' : 'may be replaced'}: ${reasons.join('; ')}`,
      ),
    ],
    [
      'Versions',
      changes.versions.map(({ part, from, to }) => `${part}: ${from || 'none'} → ${to || 'none'}`),
    ],
    [
      'Variables',
      changes.variables.map(({ name, change, details }) =>
        [`${sign[change]} ${name}`, ...details].join('; '),
      ),
    ],
    ['Objects of the class', changes.classObjects.flatMap(objectLines)],
    ...changes.addons.map(({ stage, change, objects }): [string, string[]] => [
      `Add-on ${stage} (${change})`,
      objects.flatMap(objectLines),
    ]),
    [
      'Node images',
      changes.nodeImages.flatMap(({ name, change, fields }) => [
        `${sign[change]} ${name}`,
        ...fields.map(fieldLine),
      ]),
    ],
  ];
  const text = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('\n');
  return `${changes.from} → ${changes.to}\n\n${text || 'no difference\n'}`;
}

const sign = { added: '+', removed: '-', changed: '~' };

const objectLines = ({ change, object, fields }: ReleaseDiff['classObjects'][number]): string[] => [
  `${sign[change]} ${object}`,
  ...fields.map(fieldLine),
];

const fieldLine = (change: FieldChange): string =>
  `    ${change.path}: ${'from' in change ? short(change.from) : '(none)'} → ${'to' in change ? short(change.to) : '(none)'}`;

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}
