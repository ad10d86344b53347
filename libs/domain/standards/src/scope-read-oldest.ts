import { evidenceOf, readVariables, scopeId, type Fields, type Reading } from './scope-reading.ts';
import type { Lifetime, Module, Scope, Testcase, Version } from './scope.ts';

/**
 * The generation of Release 6 and before: versions list standards, standards list checks (earlier `check_tools`); no uuid, no
 * timeline. A check or standard of condition `optional` is not required. Results counted for a day.
 */
export function readOldestScope(document: unknown, reading: Reading): Scope {
  const top = reading.fields(document, 'scope', [
    'name',
    'url',
    'uuid',
    'prerequisite',
    'variables',
    'versions',
  ]);
  const testcases = new Map<string, Testcase>();
  const modules = new Map<string, Module>();
  const versions = reading.list(top['versions'], 'versions', (value, path): Version => {
    const fields = reading.fields(value, path, ['version', 'stabilized_at', 'deprecated_at', 'standards']);
    const version = reading.text(fields['version'], `${path}.version`);
    const included = reading.list(fields['standards'], `${path}.standards`, (standard, at) =>
      readStandard(standard, at, version, testcases, reading),
    );
    for (const module of included) modules.set(module.id, module);
    const ids = (target: string) =>
      [...new Set(included.flatMap(({ targets }) => targets[target] ?? []))].toSorted();
    return {
      version,
      stabilizedAt: reading.optionalDate(fields['stabilized_at'], `${path}.stabilized_at`),
      deprecatedAt: reading.optionalDate(fields['deprecated_at'], `${path}.deprecated_at`),
      include: included.map(({ id }) => ({ ref: id, parameters: {} })),
      targets: Object.fromEntries(
        ['main', 'optional']
          .map((target) => [target, ids(target)] as const)
          .filter(([, list]) => list.length > 0),
      ),
    };
  });
  reading.unique(
    versions.map(({ version }) => version),
    'versions',
  );
  const name = reading.text(top['name'], 'name');
  return {
    id: scopeId(name),
    uuid: reading.optionalText(top['uuid'], 'uuid'),
    name,
    url: reading.optionalText(top['url'], 'url') ?? '',
    variables: readVariables(top['variables'], reading),
    testcases: [...testcases.values()],
    modules: [...modules.values()],
    versions,
    timeline: [],
  };
}

/** A standard of one version becomes a module of its own: the same name meant other checks in another version. */
function readStandard(
  value: unknown,
  path: string,
  version: string,
  testcases: Map<string, Testcase>,
  reading: Reading,
): Module {
  const fields = reading.fields(value, path, [
    'name',
    'url',
    'condition',
    'parameters',
    'checks',
    'check_tools',
  ]);
  const name = reading.text(fields['name'], `${path}.name`);
  const targets: Record<string, string[]> = {};
  reading.list(fields['checks'] ?? fields['check_tools'], `${path}.checks`, (check, at) => {
    const testcase = readCheck(check, at, name, reading);
    testcases.set(testcase.id, testcase);
    const condition = (check as Fields | null)?.['condition'] ?? fields['condition'];
    (targets[condition === 'optional' ? 'optional' : 'main'] ??= []).push(testcase.id);
  });
  return {
    id: `${version}/${name.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-')}`,
    name,
    url: reading.optionalText(fields['url'], `${path}.url`) ?? '',
    parameters: {},
    targets,
  };
}

function readCheck(value: unknown, path: string, standard: string, reading: Reading): Testcase {
  const fields = reading.fields(value, path, [
    'executable',
    'args',
    'env',
    'id',
    'section',
    'lifetime',
    'condition',
  ]);
  const executable = reading.text(fields['executable'], `${path}.executable`);
  // Without an id upstream's tool went by the name of the program.
  const id =
    reading.optionalText(fields['id'], `${path}.id`) ??
    executable.split('/').at(-1)?.replace(/\.py$/, '') ??
    '';
  const lifetimes: Lifetime[] = ['day', 'week', 'month', 'quarter', 'year'];
  const lifetime =
    fields['lifetime'] === undefined
      ? 'day'
      : reading.oneOf(fields['lifetime'], `${path}.lifetime`, lifetimes);
  return {
    id,
    description: `Must fulfil “${standard}”.`,
    url: '',
    lifetime,
    section: reading.optionalText(fields['section'], `${path}.section`) ?? lifetime,
    evidence: evidenceOf(id, false),
  };
}
