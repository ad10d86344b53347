import { diffVersions, validityOn, type Scope, type VersionDiff } from '@scs/standards';
import type { Answer } from './command.ts';
import { EXIT, usage } from './failure.ts';
import { parseMoment } from './moment.ts';
import { columns, defaultFormat, formatData } from './output.ts';
import { readScopes } from './scope-file.ts';
import { knownVersion } from './version.ts';

interface ScopeValues {
  scope?: 'iaas' | 'kaas';
  'scope-file'?: string;
  at?: string;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs scope list`: the scopes and their versions with the validity on the day. */
export async function listScopes(values: ScopeValues): Promise<Answer> {
  const at = readMoment(values);
  const { scopes } = await readScopes(values['scope-file']);
  const list = scopes.map((scope) => ({
    scope: scope.id,
    name: scope.name,
    uuid: scope.uuid,
    url: scope.url,
    versions: versionRows(scope, at),
  }));
  return answer(values, list, () =>
    columns([
      ['SCOPE', 'VERSION', 'VALIDITY', 'STABILIZED', 'TEST CASES'],
      ...list.flatMap(({ scope, versions }) =>
        versions.map((row) => [
          scope,
          row.version,
          row.validity,
          row.stabilizedAt ?? '-',
          String(row.testcases),
        ]),
      ),
    ]),
  );
}

/** `scs scope show SCOPE [VERSION]`: the whole scope, or the standards and test cases of one version. */
export async function showScope(values: ScopeValues, [id, name]: string[]): Promise<Answer> {
  const scope = await findScope(values, id);
  if (name === undefined) return answer(values, scope, () => scopeText(scope, readMoment(values)));
  const version = knownVersion(scope, name);
  const modules = version.include.flatMap(({ ref, parameters }) => {
    const module = scope.modules.find((candidate) => candidate.id === ref);
    return module ? [{ ...module, parameters }] : [];
  });
  const used = new Set(Object.values(version.targets).flat());
  const testcases = scope.testcases.filter((testcase) => used.has(testcase.id));
  const shown = { scope: scope.id, ...version, modules, testcases };
  return answer(values, shown, () => {
    const rows = testcases.map((testcase) => [
      `  ${testcase.id}`,
      testcase.evidence,
      testcase.lifetime,
      testcase.description,
    ]);
    return `${scope.name} ${version.version}, stabilized ${version.stabilizedAt ?? 'not yet'}\n\nStandards\n${columns(
      modules.map((module) => [`  ${module.id}`, module.name]),
    )}\nTest cases\n${columns(rows)}`;
  });
}

/** `scs scope diff V1 V2`: what a newer version adds, drops and changes. */
export async function diffScope(values: ScopeValues, [from, to]: string[]): Promise<Answer> {
  const scope = await findScope(values, values.scope);
  const difference = diffVersions(scope, knownVersion(scope, from).version, knownVersion(scope, to).version);
  return answer(values, difference, () => differenceText(difference));
}

function differenceText({ from, to, ...changes }: VersionDiff): string {
  const lines = (sign: string, ids: readonly string[]): string[] => ids.map((id) => `  ${sign} ${id}\n`);
  const modules = [...lines('+', changes.addedModules), ...lines('-', changes.removedModules)];
  const testcases = [...lines('+', changes.addedTestcases), ...lines('-', changes.removedTestcases)];
  return [
    `From ${from} to ${to}\nStandards\n`,
    ...(modules.length > 0 ? modules : ['  the same\n']),
    'Test cases\n',
    ...(testcases.length > 0 ? testcases : ['  the same\n']),
  ].join('');
}

/** `scs validity`: which versions are in force. */
export async function validity(values: ScopeValues): Promise<Answer> {
  const at = readMoment(values);
  const { scopes } = await readScopes(values['scope-file']);
  const chosen = values.scope ? [await findScope(values, values.scope)] : scopes;
  const list = chosen.flatMap((scope) => validityOn(scope, at).map((row) => ({ scope: scope.id, ...row })));
  return answer(values, { at: at.toISOString(), versions: list }, () =>
    columns([
      ['SCOPE', 'VERSION', 'VALIDITY'],
      ...list.map((row) => [
        row.scope,
        row.version,
        row.named ? row.validity : `${row.validity} (not in the timeline)`,
      ]),
    ]),
  );
}

async function answer(values: ScopeValues, data: unknown, table: () => string): Promise<Answer> {
  const format = values.output ?? defaultFormat();
  return { text: format === 'table' ? table() : await formatData(data, format), exitCode: EXIT.pass };
}

function versionRows(scope: Scope, at: Date) {
  const validities = new Map(validityOn(scope, at).map((row) => [row.version, row.validity]));
  return scope.versions.map(({ version, stabilizedAt, targets }) => ({
    version,
    validity: validities.get(version) ?? 'deprecated',
    stabilizedAt,
    testcases: targets['main']?.length ?? 0,
  }));
}

function scopeText(scope: Scope, at: Date): string {
  const rows = versionRows(scope, at).map((row) => [
    `  ${row.version}`,
    row.validity,
    `${row.testcases} test cases`,
  ]);
  return `${scope.name}\n${scope.url}\n\nVersions\n${columns(rows)}\nStandards\n${columns(
    scope.modules.map((module) => [`  ${module.id}`, module.name]),
  )}`;
}

async function findScope(values: ScopeValues, id: string | undefined): Promise<Scope> {
  const { scopes, meant } = await readScopes(values['scope-file']);
  const found = id === undefined ? meant : scopes.find((scope) => scope.id === id);
  if (found) return found;
  throw usage(`unknown scope "${id}"; known are ${scopes.map((scope) => scope.id).join(', ')}`);
}

const readMoment = ({ at }: ScopeValues): Date => (at === undefined ? new Date() : parseMoment(at));
