import { addonNamespace } from './addon-stage.ts';
import { chartName, metadataProblem } from './assets.ts';
import { templateReferences } from './cluster-class.ts';
import { findingsOf, sortFindings, type Finding, type Note } from './finding.ts';
import { lintAddonConfig } from './lint-addons.ts';
import { lintManagementObjects, lintObjects } from './lint-objects.ts';
import { lintPatches } from './lint-patches.ts';
import { lintVariables } from './lint-variables.ts';
import { nodeImagesFile } from './node-images.ts';
import {
  clusterClassesIn,
  identityOf,
  printIdentity,
  singleStage,
  type ChartContents,
  type ReleaseContents,
} from './release-contents.ts';
import type { Fields } from './release-file.ts';
import { printClassName } from './release-name.ts';
import { variablesOf } from './variables.ts';

/** What `file` says in findings about the class chart. */
const classFile = 'cluster-class';

/**
 * Everything that can be said about a release without a cluster. `namespace`: what the class chart was rendered for.
 */
export function lintRelease(release: ReleaseContents, namespace: string): Finding[] {
  const { name, metadata, classChart, addonCharts, addonConfig, nodeImages } = release;
  const kubernetes = metadata.kubernetes;
  const problem = metadataProblem(name, metadata);
  return sortFindings([
    ...(problem ? findingsOf(problem) : []),
    ...lintChart(classChart, classFile, chartName(name, 'cluster-class'), metadata.clusterStack),
    ...lintClass(release),
    ...lintObjects(classChart, classFile, { namespace, kubernetes }),
    ...lintManagementObjects(classChart, classFile),
    ...[...addonCharts].flatMap(([stage, chart]) => [
      ...lintChart(
        chart,
        stage,
        addonConfig ? undefined : chartName(name, 'cluster-addon'),
        addonConfig ? undefined : metadata.clusterAddon,
      ),
      ...lintObjects(chart, stage, { namespace: addonNamespace, kubernetes }),
    ]),
    ...(addonConfig ? lintAddonConfig(addonConfig, [...addonCharts.keys()]) : lintSingleStage(addonCharts)),
    ...nodeImages.flatMap(({ url, checksum }, index): Finding[] =>
      checksum === undefined
        ? [
            {
              severity: 'info',
              rule: 'image-checksum',
              file: nodeImagesFile,
              path: `openStackNodeImages[${index}]`,
              message: `${url} has no checksum`,
              remedy: 'add checksum: sha256:… so that only this image is ever used',
            },
          ]
        : [],
    ),
  ]);
}

/** A chart that could not be rendered, or that the operator would not find. `name`: what it must be called. */
function lintChart(
  { chart, failure }: ChartContents,
  file: string,
  name: string | undefined,
  version: string | undefined,
): Finding[] {
  const error = (rule: string, path: string, message: string, remedy: string): Finding => ({
    severity: 'error',
    rule,
    file,
    path,
    message,
    remedy,
  });
  return [
    ...(failure === undefined ? [] : [error('chart-render', '', failure, 'mend the chart until it renders')]),
    ...(name !== undefined && chart['name'] !== name
      ? [error('chart-name', 'Chart.yaml name', `is ${String(chart['name'])}`, `call the chart ${name}`)]
      : []),
    ...(version !== undefined && chart['version'] !== version
      ? [
          error(
            'chart-version',
            'Chart.yaml version',
            `is ${String(chart['version'])}`,
            `release it as ${version}: the ClusterClass is named after it`,
          ),
        ]
      : []),
  ];
}

function lintSingleStage(charts: ReadonlyMap<string, ChartContents>): Finding[] {
  if (charts.has(singleStage)) return [];
  return [
    {
      severity: 'error',
      rule: 'stage-chart-missing',
      file: singleStage,
      path: '',
      message: 'the add-on archive holds no chart',
      remedy: 'pack cluster-addon as a chart, or add clusteraddon.yaml for several stages',
    },
  ];
}

function lintClass(release: ReleaseContents): Finding[] {
  const { classChart, name } = release;
  if (classChart.failure !== undefined) return [];
  const classes = clusterClassesIn(classChart.objects);
  const expected = printClassName(name);
  const [clusterClass] = classes;
  if (!clusterClass || classes.length > 1)
    return [
      {
        severity: 'error',
        rule: 'class-number',
        file: classFile,
        path: '',
        message: `the chart renders ${classes.length} ClusterClasses`,
        remedy: `render one, called ${expected}`,
      },
    ];
  const identity = identityOf(clusterClass);
  const findings: Finding[] = [];
  const note: Note = (severity, rule, path, message, remedy) =>
    findings.push({
      severity,
      rule,
      file: classFile,
      path: `${printIdentity(identity)} ${path}`.trim(),
      message,
      remedy,
    });
  if (identity.name !== expected)
    note(
      'error',
      'class-name',
      'metadata.name',
      `is ${identity.name}`,
      `write {{ .Release.Name }}-{{ .Chart.Version }}, which gives ${expected}`,
    );
  lintReferences(clusterClass, classChart.objects, note);
  const variables = variablesOf(clusterClass);
  lintVariables(clusterClass, variables, note);
  lintPatches(clusterClass, variables, note);
  return findings;
}

/** Every template that the class names is in the chart, and every template of the chart is named. */
function lintReferences(clusterClass: Fields, objects: readonly Fields[], note: Note): void {
  const templates = objects.map(identityOf).filter(({ kind }) => kind.endsWith('Template'));
  const references = templateReferences(clusterClass);
  const isMeant = (group: string, kind: string, name: string) => (template: (typeof templates)[number]) =>
    template.group === group && template.kind === kind && template.name === name;
  for (const { path, apiVersion, kind, name } of references)
    if (!templates.some(isMeant(apiVersion.split('/')[0] ?? '', kind, name)))
      note(
        'error',
        'reference-missing',
        path,
        `names ${kind} ${name}, which the chart does not render`,
        'render it, or mend the name',
      );
  for (const template of templates)
    if (
      !references.some(({ apiVersion, kind, name }) =>
        isMeant(apiVersion.split('/')[0] ?? '', kind, name)(template),
      )
    )
      note(
        'warning',
        'template-unused',
        '',
        `does not use ${printIdentity(template)}`,
        'name it in the class, or remove it',
      );
}
