import { toJson } from '@bufbuild/protobuf';
import {
  ListClusterStacksResponseSchema,
  ListReleasesResponseSchema,
  ReleaseSchema,
  type ClusterStack,
  type Release,
} from '@scs/proto/scs/lifecycle/v1/cluster_stack_pb';
import type { Answer } from './command.ts';
import type { Format } from './cluster-output.ts';
import { serverOf, type ClusterValues } from './cluster-server.ts';
import { request } from './control-plane.ts';
import { EXIT, usage } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';

interface Values extends ClusterValues {
  output?: Format;
}

const releaseJson = (release: Release) => toJson(ReleaseSchema, release, { alwaysEmitImplicit: true });

/** `scs cluster stacks`: all releases to choose from, or one with its variables. */
export async function stacks(values: Values, [tag]: string[]): Promise<Answer> {
  const server = serverOf(values);
  const format = values.output ?? defaultFormat();
  const found = await allReleases(server, values.tenant ?? '-');
  if (tag === undefined) {
    const rows = found.map(({ stack, release }) => [
      stack.name.split('/')[1] ?? '',
      release.release,
      release.kubernetesVersion || '-',
      release.ready ? 'ready' : 'not ready',
      String(release.clusters),
    ]);
    const text =
      format === 'table'
        ? columns([['TENANT', 'RELEASE', 'KUBERNETES', 'STATE', 'CLUSTERS'], ...rows])
        : await formatData({ releases: found.map(({ release }) => releaseJson(release)) }, format);
    return { text, exitCode: EXIT.pass };
  }
  const named = found.find(({ release }) => release.release === tag);
  if (!named) throw usage(`there is no release ${tag}; \`scs cluster stacks\` lists those that there are`);
  const release = await request(server, { method: 'GET', path: `/v1/${named.release.name}` }, ReleaseSchema);
  const text = format === 'table' ? describe(release) : await formatData(releaseJson(release), format);
  return { text, exitCode: EXIT.pass };
}

async function allReleases(
  server: string,
  tenant: string,
): Promise<{ stack: ClusterStack; release: Release }[]> {
  const path = `/v1/tenants/${encodeURIComponent(tenant)}/clusterStacks?pageSize=100`;
  const { clusterStacks } = await request(server, { method: 'GET', path }, ListClusterStacksResponseSchema);
  const lists = await Promise.all(
    clusterStacks.map(async (stack) => {
      const asked = { method: 'GET', path: `/v1/${stack.name}/releases?pageSize=100` } as const;
      const { releases } = await request(server, asked, ListReleasesResponseSchema);
      return releases.map((release) => ({ stack, release }));
    }),
  );
  return lists.flat();
}

function describe(release: Release): string {
  const facts = [
    ['release', release.release],
    ['kubernetes', release.kubernetesVersion || '-'],
    ['state', release.ready ? 'ready' : 'not ready'],
    ['node pool classes', release.nodePoolClasses.join(', ') || '-'],
    ...release.conditions
      .filter(({ object }) => object !== undefined)
      .map(({ type, explanation }) => [type, explanation]),
  ];
  const variables = release.variables.map(({ name, type, required, description, schema }) => [
    name,
    type,
    required ? 'required' : `default ${JSON.stringify(schema?.['default'] ?? null)}`,
    description,
  ]);
  return columns(facts) + (variables.length > 0 ? `\n${columns(variables)}` : '');
}
