// The service with bad releases beside a good one: what is wrong is said by a condition and an Event, the good one goes on, and nothing is stuck when
// it is mended. All at once, as they are in a real source; each takes up to a minute until it is looked at again.
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeArchive, zeros } from './bad-archives.ts';
import { bundleService } from './bundle.ts';
import type { DemoRelease } from './demo-releases.ts';
import { addonType, conditionOf, releaseType, startWorld, type World } from './world.ts';

/** A rendering may take half a minute, and another one waits for it. */
const patience = 150_000;
const forever = '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}';
const stack = 'dev-single-1-33';
const chart = (part: string, version: string): string => `${stack}-cluster-${part}-${version}.tgz`;
const chartFile = (part: string, version: string): string =>
  `apiVersion: v2\nname: ${stack}-cluster-${part}\nversion: ${version}\n`;
const staged = (stage: object, charts: Record<string, string> = {}): DemoRelease => ({
  change: (path, text) => (path.startsWith('cluster-addon') ? undefined : text),
  add: {
    'clusteraddon.yaml': JSON.stringify({
      apiVersion: 'clusteraddonconfig.x-k8s.io/v1alpha1',
      clusterAddonVersion: 'clusteraddons.clusterstack.x-k8s.io/v1alpha1',
      addonStages: { AfterControlPlaneInitialized: [{ name: 'a', action: 'apply', ...stage }] },
    }),
    'cluster-addon/a/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 0.1.0\n',
    ...charts,
  },
});

interface Bad {
  name: string;
  release?: DemoRelease;
  /** What is done to the packed release. */
  spoil?: (folder: string, version: string) => Promise<void>;
  /** Who says it, and how. */
  of: 'release' | 'addon';
  condition: string;
  says: RegExp;
}

const bad: Bad[] = [
  {
    name: 'a metadata.yaml that is no YAML',
    spoil: (folder) => writeFile(join(folder, 'metadata.yaml'), 'versions: [v1\n'),
    of: 'release',
    condition: 'ClusterStackReleaseDownloaded False Error IssueWithReleaseAssets',
    says: /metadata\.yaml/,
  },
  {
    name: 'no class chart',
    spoil: (folder, version) => rm(join(folder, chart('class', version))),
    of: 'release',
    condition: 'ClusterStackReleaseDownloaded False Error IssueWithReleaseAssets',
    says: /cluster-class/,
  },
  {
    name: 'a class chart whose files lead out of it',
    spoil: (folder, version) =>
      writeArchive(join(folder, chart('class', version)), {
        [`${stack}-cluster-class/Chart.yaml`]: chartFile('class', version),
        [`${stack}-cluster-class/../../../evil`]: 'x',
      }),
    of: 'release',
    condition: 'HelmChartApplied False Error FailedToApplyObjects',
    says: /chart/,
  },
  {
    name: 'a class chart that is a bomb',
    spoil: (folder, version) =>
      writeArchive(join(folder, chart('class', version)), {
        [`${stack}-cluster-class/Chart.yaml`]: chartFile('class', version),
        [`${stack}-cluster-class/bomb`]: zeros(150),
      }),
    of: 'release',
    condition: 'HelmChartApplied False Error FailedToApplyObjects',
    says: /cannot be read/,
  },
  {
    name: 'a class chart that renders no YAML',
    release: { add: { 'cluster-class/templates/bad.yaml': 'a: [1\n' } },
    of: 'release',
    condition: 'HelmChartApplied False Error FailedToApplyObjects',
    says: /YAML|bad\.yaml/,
  },
  {
    name: 'a class chart that never renders',
    release: { add: { 'cluster-class/templates/bad.yaml': forever } },
    of: 'release',
    condition: 'HelmChartApplied False Error FailedToApplyObjects',
    says: /30 s|time/,
  },
  {
    name: 'a clusteraddon.yaml that is no YAML',
    release: staged({}),
    spoil: (folder) => writeFile(join(folder, 'clusteraddon.yaml'), 'addonStages: [1\n'),
    of: 'addon',
    condition: 'ClusterAddonConfigValidated False Error ParsingClusterAddonConfigFailed',
    says: /clusteraddon\.yaml/,
  },
  {
    name: 'an add-on archive whose files lead out of it',
    release: staged({}),
    spoil: (folder, version) => writeArchive(join(folder, chart('addon', version)), { '../../../evil': 'x' }),
    of: 'addon',
    condition: 'HelmChartFound False Error HelmChartMissing',
    says: /evil/,
  },
  {
    name: 'an add-on archive that is a bomb',
    release: staged({}),
    spoil: (folder, version) => writeArchive(join(folder, chart('addon', version)), { 'a/bomb': zeros(300) }),
    of: 'addon',
    condition: 'HelmChartFound False Error HelmChartMissing',
    says: /MiB/,
  },
  {
    name: 'a condition that is no CEL',
    release: staged({ waitForPreCondition: { objects: [], conditions: '1 +' } }),
    of: 'addon',
    condition: 'EvaluatedCEL False Error FailedToEvaluatePreCondition',
    says: /1 \+/,
  },
  {
    name: 'an add-on chart that never renders',
    release: { add: { 'cluster-addon/templates/bad.yaml': forever } },
    of: 'addon',
    condition: 'HelmChartTemplated False Error TemplateNewClusterStackFailed',
    says: /30 s|time/,
  },
];

describe('the service', () => {
  let bundle: Awaited<ReturnType<typeof bundleService>>;
  let world: World;
  const versionOf = (index: number): string => `v${index + 1}`;
  const tagOf = (index: number): string => `${stack}-${versionOf(index)}`;
  const subjectOf = ({ of }: Bad, index: number) =>
    of === 'release'
      ? world.read(releaseType, tagOf(index))
      : world.read(addonType, `cluster-addon-c${index}`);

  beforeAll(async () => {
    bundle = await bundleService();
    // Two that never end must not take all places.
    world = await startWorld(bundle.main, { HELM_PROCESSES: '4' });
    await world.pack();
    for (const [index, { release, spoil }] of bad.entries()) {
      const version = versionOf(index);
      await world.pack({ stack, version, ...release });
      await spoil?.(join(world.source, tagOf(index)), version);
    }
    await world.service.start();
    await world.createStack('single', '1.33', {
      autoSubscribe: false,
      versions: bad.map((_, index) => versionOf(index)),
    });
    await world.createStack('sandbox', '1.33');
  }, 120_000);
  afterAll(async () => {
    await world.close();
    bundle.remove();
  });

  it(
    'goes on with what is good',
    async () => {
      await eventually(
        async () =>
          expect(await world.read(releaseType, 'dev-sandbox-1-33-v1')).toMatchObject({
            status: { ready: true },
          }),
        patience,
      );
      await world.createCluster('good', 'dev-sandbox-1-33-v1');
      for (const [index, { of }] of bad.entries())
        if (of === 'addon') {
          await eventually(
            async () =>
              expect(await world.read(releaseType, tagOf(index))).toMatchObject({ status: { ready: true } }),
            patience,
          );
          await world.createCluster(`c${index}`, tagOf(index));
        }
      await eventually(
        async () =>
          expect(await world.read(addonType, 'cluster-addon-good')).toMatchObject({
            status: { ready: true },
          }),
        patience,
      );
    },
    2 * patience,
  );

  it.each(bad.map((one, index) => [one.name, one, index] as const))(
    'says what is wrong with %s: condition, Event and a message of one line',
    async (_, one, index) => {
      const [type = '', status, severity, reason = ''] = one.condition.split(' ');
      await eventually(async () => {
        const found = conditionOf(await subjectOf(one, index), type);
        expect(found).toMatchObject({ status, severity, reason });
        expect(found?.message).toMatch(one.says);
        expect(found?.message).not.toContain('\n');
      }, patience);
      await eventually(
        async () =>
          expect(await world.events()).toContainEqual(
            expect.stringMatching(new RegExp(`^${reason} .*${one.says.source}`)),
          ),
        patience,
      );
    },
    patience,
  );

  it('wrote nothing where an archive wanted it', async () => {
    expect(await filesNamed('evil', world.folder)).toEqual([]);
  });

  it(
    'gets over all of it when it is mended',
    async () => {
      for (const index of bad.keys()) await world.pack({ stack, version: versionOf(index) });
      for (const [index, { of }] of bad.entries())
        await eventually(async () => {
          expect(await world.read(releaseType, tagOf(index))).toMatchObject({ status: { ready: true } });
          if (of === 'addon')
            expect(await world.read(addonType, `cluster-addon-c${index}`)).toMatchObject({
              spec: { clusterStack: tagOf(index) },
              status: { ready: true },
            });
        }, patience);
    },
    patience,
  );
});

async function filesNamed(name: string, folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(name));
}
