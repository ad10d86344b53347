import { readOldestScope } from './scope-read-oldest.ts';
import { evidenceOf, Reading, readVariables, ScopeFileError, scopeId, type Fields } from './scope-reading.ts';
import type { Lifetime, Module, Scope, Testcase, Validity, Version } from './scope.ts';

const lifetimes = ['day', 'week', 'month', 'quarter', 'year'] as const satisfies Lifetime[];
const validities = ['draft', 'effective', 'warn', 'deprecated'] as const satisfies Validity[];

/**
 * Reads a scope document of any generation that upstream has used: standards with checks (until 2024), modules with tags and
 * selectors (until January 2026), scripts and modules with explicit targets (now). Throws {@link ScopeFileError} with every
 * problem found.
 */
export function readScope(document: unknown): Scope {
  const reading = new Reading();
  const top = typeof document === 'object' && document !== null ? (document as Fields) : {};
  const scope = readGeneration(top, reading, document);
  if (reading.problems.length > 0) throw new ScopeFileError(reading.problems);
  return scope;
}

function readGeneration(top: Fields, reading: Reading, document: unknown): Scope {
  if ('scripts' in top) return readCurrentScope(document, reading);
  if ('modules' in top) return readTaggedScope(document, reading);
  return readOldestScope(document, reading);
}

/** The generation in use since January 2026; our own data has this shape too. */
function readCurrentScope(document: unknown, reading: Reading): Scope {
  const top = reading.fields(document, 'scope', [
    'uuid',
    'name',
    'url',
    'prerequisite',
    'variables',
    'scripts',
    'modules',
    'timeline',
    'versions',
  ]);
  const testcases = reading
    .list(top['scripts'], 'scripts', (value, path) => {
      const script = reading.fields(value, path, ['executable', 'args', 'env', 'testcases']);
      const byHand = script['executable'] === undefined;
      return reading.list(script['testcases'], `${path}.testcases`, (entry, at) =>
        readTestcase(entry, at, byHand, reading),
      );
    })
    .flat();
  const modules = reading.list(top['modules'], 'modules', (value, path): Module => {
    const fields = reading.fields(value, path, ['id', 'name', 'url', 'parameters', 'targets']);
    return {
      ...readModuleHead(fields, path, reading),
      targets: reading.map(fields['targets'], `${path}.targets`, (ids, at) =>
        reading.list(ids, at, (id, point) => reading.text(id, point)),
      ),
    };
  });
  const known = new Set(testcases.map(({ id }) => id));
  for (const module of modules)
    for (const [target, ids] of Object.entries(module.targets))
      for (const id of ids)
        if (!known.has(id))
          reading.note(`modules.${module.id}.targets.${target}`, `unknown test case '${id}'`);
  const versions = readVersions(top['versions'], modules, reading, (version) =>
    unionOfTargets(version, modules),
  );
  return finish(top, testcases, modules, versions, reading);
}

function readTestcase(value: unknown, path: string, byHand: boolean, reading: Reading): Testcase {
  const fields = reading.fields(value, path, ['id', 'description', 'url', 'lifetime', 'section']);
  const id = reading.text(fields['id'], `${path}.id`);
  return {
    id,
    description: reading.optionalText(fields['description'], `${path}.description`) ?? '',
    url: reading.optionalText(fields['url'], `${path}.url`) ?? '',
    lifetime: readLifetime(fields['lifetime'], path, reading),
    section: reading.optionalText(fields['section'], `${path}.section`),
    evidence: evidenceOf(id, byHand),
  };
}

const readLifetime = (value: unknown, path: string, reading: Reading): Lifetime =>
  value === undefined || value === null ? 'week' : reading.oneOf(value, `${path}.lifetime`, lifetimes);

function readModuleHead(fields: Fields, path: string, reading: Reading): Omit<Module, 'targets'> {
  return {
    id: reading.text(fields['id'], `${path}.id`),
    name: reading.text(fields['name'], `${path}.name`),
    url: reading.optionalText(fields['url'], `${path}.url`) ?? '',
    parameters: reading.map(fields['parameters'], `${path}.parameters`, (text, at) => reading.text(text, at)),
  };
}

function readVersions(
  value: unknown,
  modules: Module[],
  reading: Reading,
  targetsOf: (version: Version, targets: Record<string, string>, path: string) => Version['targets'],
): Version[] {
  const byId = new Map(modules.map((module) => [module.id, module]));
  return reading.list(value, 'versions', (entry, path) => {
    const fields = reading.fields(entry, path, ['version', 'stabilized_at', 'include', 'targets']);
    const version: Version = {
      version: reading.text(fields['version'], `${path}.version`),
      stabilizedAt: reading.optionalDate(fields['stabilized_at'], `${path}.stabilized_at`),
      deprecatedAt: null,
      include: reading.list(fields['include'], `${path}.include`, (item, at) =>
        readInclude(item, at, byId, reading),
      ),
      targets: {},
    };
    const selectors = reading.map(fields['targets'], `${path}.targets`, (text, at) => reading.text(text, at));
    version.targets = targetsOf(version, selectors, path);
    return version;
  });
}

function readInclude(
  value: unknown,
  path: string,
  modules: Map<string, Module>,
  reading: Reading,
): Version['include'][number] {
  const fields: Fields =
    typeof value === 'string' ? { ref: value } : reading.fields(value, path, ['ref', 'parameters']);
  const ref = reading.text(fields['ref'], `${path}.ref`);
  const parameters = reading.map(fields['parameters'], `${path}.parameters`, (text, at) =>
    reading.text(text, at),
  );
  const module = modules.get(ref);
  if (!module) reading.note(path, `unknown module '${ref}'`);
  else {
    const [declared, given] = [
      Object.keys(module.parameters).toSorted().join(', '),
      Object.keys(parameters).toSorted().join(', '),
    ];
    if (declared !== given)
      reading.note(path, `module '${ref}' takes the parameters (${declared}), given are (${given})`);
  }
  return { ref, parameters };
}

function unionOfTargets(version: Version, modules: Module[]): Version['targets'] {
  const included = new Set(version.include.map(({ ref }) => ref));
  const targets: Record<string, Set<string>> = {};
  for (const module of modules.filter(({ id }) => included.has(id)))
    for (const [target, ids] of Object.entries(module.targets))
      for (const id of ids) (targets[target] ??= new Set()).add(id);
  return Object.fromEntries(Object.entries(targets).map(([target, ids]) => [target, [...ids].toSorted()]));
}

/** August 2024 to January 2026: test cases carry tags, versions select by them. */
function readTaggedScope(document: unknown, reading: Reading): Scope {
  const top = reading.fields(document, 'scope', [
    'uuid',
    'name',
    'url',
    'prerequisite',
    'variables',
    'modules',
    'timeline',
    'versions',
  ]);
  const tagged = new Map<string, (Testcase & { tags: string[] })[]>();
  const modules = reading.list(top['modules'], 'modules', (value, path): Module => {
    const fields = reading.fields(value, path, ['id', 'name', 'url', 'parameters', 'run', 'testcases']);
    const head = readModuleHead(fields, path, reading);
    const byHand =
      reading.list(fields['run'], `${path}.run`, (run, at) =>
        reading.fields(run, at, ['executable', 'args', 'env', 'section']),
      ).length === 0;
    const testcases = reading.list(fields['testcases'], `${path}.testcases`, (entry, at) => {
      const { tags, ...rest } = reading.fields(entry, at, [
        'id',
        'tags',
        'lifetime',
        'description',
        'url',
        'section',
      ]);
      const ids = reading.list(tags, `${at}.tags`, (tag, point) => reading.text(tag, point));
      return { ...readTestcase(rest, at, byHand, reading), tags: ids };
    });
    tagged.set(head.id, testcases);
    return { ...head, targets: Object.fromEntries(groupByTag(testcases)) };
  });
  const versions = readVersions(top['versions'], modules, reading, (version, selectors, path) => {
    const candidates = version.include.flatMap(({ ref }) => tagged.get(ref) ?? []);
    return Object.fromEntries(
      Object.entries(selectors).map(([target, selector]) => {
        const accepts = parseSelector(selector, (problem) =>
          reading.note(`${path}.targets.${target}`, problem),
        );
        return [target, [...new Set(candidates.filter(accepts).map(({ id }) => id))].toSorted()];
      }),
    );
  });
  // One id may stand in several modules: different wordings of the same script's verdict.
  const testcases = [
    ...new Map(
      [...tagged.values()].flat().map(({ tags: _, ...testcase }) => [testcase.id, testcase]),
    ).values(),
  ];
  return finish(top, testcases, modules, versions, reading);
}

function groupByTag(testcases: { id: string; tags: string[] }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, tags } of testcases)
    for (const tag of tags) {
      const target = tag === 'mandatory' ? 'main' : tag;
      groups.set(target, [...(groups.get(target) ?? []), id]);
    }
  return groups;
}

type Selectable = { id: string; tags: string[] };

/**
 * Selectors joined by comma are alternatives; inside one, terms joined by blanks must all hold; a term is atoms joined by `/`, of
 * which one must hold; an atom is a tag or an id, negated by a leading `!`.
 */
export function parseSelector(
  text: string,
  onProblem: (problem: string) => void,
): (testcase: Selectable) => boolean {
  const atom = (word: string) => {
    const negated = word.startsWith('!');
    const name = negated ? word.slice(1) : word;
    if (!/^[\w.-]+$/.test(name)) onProblem(`'${word}' is no tag or test case id`);
    return ({ id, tags }: Selectable) => (id === name || tags.includes(name)) !== negated;
  };
  const selectors = text.split(',').map((selector) =>
    selector
      .trim()
      .split(/\s+/)
      .map((term) => term.split('/').map(atom)),
  );
  return (testcase) =>
    selectors.some((terms) => terms.every((atoms) => atoms.some((holds) => holds(testcase))));
}

/** What the two newer generations share: timeline, uniqueness, and that everything named exists. */
function finish(
  top: Fields,
  testcases: Testcase[],
  modules: Module[],
  versions: Version[],
  reading: Reading,
): Scope {
  const timeline = reading.list(top['timeline'], 'timeline', (value, path) => {
    const entry = reading.fields(value, path, ['date', 'versions']);
    return {
      date: reading.date(entry['date'], `${path}.date`),
      versions: reading.map(entry['versions'], `${path}.versions`, (validity, at) =>
        reading.oneOf(validity, at, validities),
      ),
    };
  });
  const known = new Set(versions.map(({ version }) => version));
  for (const entry of timeline)
    for (const version of Object.keys(entry.versions))
      // Pruned versions stay in the timeline of upstream's files only by mistake, so that is a problem.
      if (!known.has(version)) reading.note(`timeline.${entry.date}`, `unknown version '${version}'`);
  reading.unique(
    testcases.map(({ id }) => id),
    'testcases',
  );
  reading.unique(
    modules.map(({ id }) => id),
    'modules',
  );
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
    testcases,
    modules,
    versions,
    timeline: timeline.toSorted((a, b) => b.date.localeCompare(a.date)),
  };
}
