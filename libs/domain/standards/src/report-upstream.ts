import { parseYaml } from './scope-yaml.ts';
import { ScopeFileError } from './scope-reading.ts';
import { stringify } from 'yaml';
import { aggregate } from './aggregate.ts';
import type { Evaluation, Finding, Result } from './result.ts';
import type { Scope, Version } from './scope.ts';
import { validityOn } from './validity.ts';
import { partsOfScript } from './whole-script.ts';

/** A report of upstream's checker that cannot be taken over; the message names cause and remedy. */
export class ReportError extends Error {
  override name = 'ReportError';
}

/** What a report says, whatever its format. */
export interface Report {
  uuid: string;
  scopeUuid: string;
  subject: string;
  checkedAt: Date;
  results: Record<string, Result>;
}

const fromNumber = new Map<unknown, Result>([
  [1, 'PASS'],
  [-1, 'FAIL'],
  [0, 'ABORT'],
]);
const toNumber = { PASS: 1, FAIL: -1, ABORT: 0 } as const;

type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const minutes = 60_000;

/**
 * Reads a report of upstream's checker: the present format, the one until 2025 (`versions` at the top), and the flat one that is
 * planned. Old test case ids become the new ones, of those in target `main` of the versions that were tested. Where a report says
 * several things of a test case, the worst holds. Throws {@link ReportError}.
 */
export function parseReport(text: string, scopes: readonly Scope[], now: Date): Report {
  const top = fields(read(text));
  const run = fields(top['run']);
  const scope = scopeOf(top, scopes);
  const checkedAt = moment(top['checked_at'], 'checked_at');
  if (checkedAt.getTime() > now.getTime() + 5 * minutes) {
    throw new ReportError(
      `the report says that it was made in the future (${checkedAt.toISOString()}); check the clock of the machine that made it`,
    );
  }
  const results = new Map<string, Result>();
  for (const { id, value, version } of rawResults(top, run)) {
    // Nothing was said: the test case was not tried.
    if (value === undefined || value === null) continue;
    const result = fromNumber.get(value);
    if (result === undefined)
      throw new ReportError(
        `the report gives test case ${id} the result ${JSON.stringify(value)}; only 1, -1 and 0 are results`,
      );
    for (const known of idsOf(id, scope, testedVersions(version, run, scope, checkedAt)))
      results.set(known, aggregate([result, results.get(known) ?? result]));
  }
  if (results.size === 0)
    throw new ReportError('the report has no results; was the checker started with the right scope?');
  return {
    uuid: string(run['uuid'] ?? top['uuid'], 'run.uuid'),
    scopeUuid: scope.uuid ?? '',
    subject: string(top['subject'], 'subject'),
    checkedAt,
    results: Object.fromEntries(results),
  };
}

function read(text: string): unknown {
  try {
    return parseYaml(text, 4 * 1024 * 1024);
  } catch (error) {
    if (error instanceof ScopeFileError)
      throw new ReportError(`the report is no usable YAML: ${error.message}`);
    throw error;
  }
}

function string(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ReportError(`the report lacks ${path}; is it a report of the SCS compliance checker?`);
}

/** Upstream writes naive timestamps and means UTC. */
function moment(value: unknown, path: string): Date {
  const text = value instanceof Date ? value.toISOString() : string(value, path);
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`;
  const date = new Date(zoned);
  if (Number.isNaN(date.getTime())) throw new ReportError(`${path} of the report is no time`);
  return date;
}

/** By uuid; files of the oldest generation had none, so their reports only name the scope. */
function scopeOf(top: Fields, scopes: readonly Scope[]): Scope {
  const spec = fields(top['spec']);
  const uuid = spec['uuid'] ?? top['scope'];
  const called = uuid === undefined ? spec['name'] : uuid;
  const said = string(called, 'spec.uuid');
  const scope = scopes.find((known) => (uuid === undefined ? known.name : known.uuid) === said);
  if (scope) return scope;
  throw new ReportError(
    `the report is about the unknown scope ${said}; known: ${scopes.map(({ name }) => name).join(', ')}`,
  );
}

interface RawResult {
  id: string;
  value: unknown;
  /** Only reports until 2025 tell versions apart. */
  version?: string;
}

function rawResults(top: Fields, run: Fields): RawResult[] {
  const byVersion = Object.entries(fields(top['versions'])).flatMap(([version, results]) =>
    Object.entries(fields(results)).map(([id, entry]) => ({ id, value: fields(entry)['result'], version })),
  );
  const invocations = Object.values(fields(run['invocations'])).flatMap((invocation) =>
    Object.entries(fields(fields(invocation)['results'])).map(([id, value]) => ({ id, value })),
  );
  const tests = Object.entries(fields(top['tests'])).map(([id, entry]) => ({
    id,
    value: fields(entry)['result'],
  }));
  // What stands in `versions` is what the invocations said, sorted by version.
  return byVersion.length > 0 ? byVersion : [...invocations, ...tests];
}

/** The versions that a result is about: the one named, else those in force when it was made. */
function testedVersions(version: string | undefined, run: Fields, scope: Scope, checkedAt: Date): Version[] {
  const name = version ?? run['forced_version'];
  const named = scope.versions.filter((known) => known.version === name);
  if (named.length > 0) return named;
  const inForce = validityOn(scope, checkedAt).filter(
    ({ validity }) => validity === 'effective' || validity === 'warn',
  );
  return scope.versions.filter((known) => inForce.some((entry) => entry.version === known.version));
}

function idsOf(id: string, scope: Scope, versions: readonly Version[]): string[] {
  const known = scope.testcases.map((testcase) => testcase.id);
  return partsOfScript(id, known, versions) ?? [id];
}

/** What a report needs besides the evaluation; uuids and times are given so that the same input makes the same report. */
export interface ReportContext {
  scope: Scope;
  /** When the evidence was gathered. */
  checkedAt: Date;
  runUuid: string;
  invocationUuid: string;
  argv: string[];
  assignment: Record<string, string>;
}

/** Writes an evaluation as upstream's checker would (YAML, present format), so that upstream's monitor takes it. */
export function formatReport(evaluation: Evaluation, context: ReportContext): string {
  const results = Object.entries(evaluation.testcases).flatMap(([id, result]) =>
    result === 'MISS' ? [] : [[id, result] as const],
  );
  const levels = evaluation.findings.map(logLine);
  const count = (level: string) => levels.filter((line) => line.startsWith(level)).length;
  return stringify(
    {
      spec: { uuid: context.scope.uuid, name: context.scope.name, url: context.scope.url },
      checked_at: context.checkedAt.toISOString().replace(/(\.\d{3})Z$/, '$1000'),
      reference_date: evaluation.at.slice(0, 10),
      subject: evaluation.subject,
      run: {
        uuid: context.runUuid,
        argv: context.argv,
        assignment: context.assignment,
        sections: null,
        forced_version: evaluation.version,
        forced_tests: null,
        invocations: {
          [context.invocationUuid]: {
            id: context.invocationUuid,
            cmd: context.argv.join(' '),
            results: Object.fromEntries(
              results.map(([id, result]) => [id, toNumber[result as keyof typeof toNumber]]),
            ),
            rc: 0,
            stdout: results.map(([id, result]) => `${id}: ${result}`),
            stderr: levels,
            info: count('INFO'),
            warning: count('WARNING'),
            error: count('ERROR'),
            critical: 0,
          },
        },
      },
    },
    { lineWidth: 0 },
  );
}

const logLine = ({ severity, testcase, message }: Finding): string =>
  `${{ error: 'ERROR', warning: 'WARNING', info: 'INFO' }[severity]}: ${testcase}: ${message}`;
