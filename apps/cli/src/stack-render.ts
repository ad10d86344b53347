import { valuesDataOf, type ChartContents, type ReleaseContents } from '@scs/cluster-stacks';
import { openHelm } from '@scs/helm';
import type { Answer } from './command.ts';
import { EXIT, usage } from './failure.ts';
import { readManifests } from './manifest-file.ts';
import { nearest } from './nearest.ts';
import { formatManifests } from './manifest-output.ts';
import { readSmallFile } from './snapshot-file.ts';
import { renderRelease } from './stack-contents.ts';
import { explained } from './stack-failure.ts';
import { openRelease } from './stack-release.ts';
import { withWorkspace } from './workspace.ts';

interface RenderValues {
  chart?: string;
  values?: string;
  cluster?: string;
  namespace?: string;
  source?: string;
  output?: 'json' | 'yaml';
}

/** `scs stack render`: the objects that a release puts into clusters, as Helm renders them. */
export async function render(options: RenderValues, [operand = '']: string[]): Promise<Answer> {
  const { chart = 'class', cluster, namespace = 'default', source, output = 'yaml' } = options;
  if (chart === 'class' && (options.values !== undefined || cluster !== undefined))
    throw usage('--values and --cluster belong to add-ons; name one with --chart, for example --chart cni');
  const values = options.values === undefined ? undefined : await readSmallFile(options.values, 2 ** 22);
  const data = cluster === undefined ? undefined : valuesDataOf(await readManifests(cluster));
  if (cluster !== undefined && !data)
    throw usage(`${cluster} must have one Cluster, and may have its control plane and infrastructure`);

  const contents = await explained(() =>
    withWorkspace(async (workspace) => {
      const release = await openRelease(operand, source, workspace);
      const helm = await openHelm();
      try {
        return await renderRelease(release, { helm, workspace, namespace, values, data });
      } finally {
        await helm.close();
      }
    }),
  );
  const { objects, failure } = chartIn(contents, chart);
  if (failure !== undefined) throw usage(failure);
  return { text: await formatManifests(objects, output), exitCode: EXIT.pass };
}

function chartIn({ classChart, addonCharts }: ReleaseContents, name: string): ChartContents {
  if (name === 'class') return classChart;
  const found = addonCharts.get(name);
  if (found) return found;
  const names = ['class', ...addonCharts.keys()];
  const meant = nearest(name, names);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  throw usage(`--chart ${name} is not in the release${hint}; choose one of ${names.join(', ')}`);
}
