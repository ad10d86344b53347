import { styleText } from 'node:util';
import type { Evaluation, Finding, Result, Scope } from '@scs/standards';
import type { Certificate } from './verdict.ts';
import { columns } from './output.ts';
import { repairs, type Repair } from './remedy.ts';

const symbols: Record<Result, string> = { PASS: '✔', FAIL: '✖', ABORT: '⚠', MISS: '?' };
const colours = { PASS: 'green', FAIL: 'red', ABORT: 'yellow', MISS: 'yellow' } as const;
const words: Record<Result, string> = { PASS: 'passed', FAIL: 'failed', ABORT: 'aborted', MISS: 'missing' };
const shown = 5;

/** A certificate for people: verdict, standards, what failed and how to repair it. Colours only where stdout shows them. */
export function formatTable(certificate: Certificate, scope: Scope): string {
  const open = Object.entries(certificate.testcases).filter(
    ([, result]) => result === 'ABORT' || result === 'MISS',
  );
  return [
    `${verdictLine(certificate, scope)}\n`,
    standards(certificate, scope),
    section('Failed', repairs(certificate.findings, certificate.mode).map(repairText)),
    section('Not determined', reasons(certificate, open)),
    footer(certificate),
  ]
    .filter(Boolean)
    .join('\n');
}

function verdictLine({ result, subject, version, validity, at }: Certificate, scope: Scope): string {
  const verdict = paint(result, `${symbols[result]} ${result}`);
  return `${verdict}  ${clean(subject)}: ${clean(scope.name)} ${clean(version)} (${validity}), judged for ${at}`;
}

/** One line for each standard of the version that has test cases among those judged. */
function standards({ testcases, version }: Certificate, scope: Scope): string {
  const included = scope.versions.find((candidate) => candidate.version === version)?.include ?? [];
  const rows = included.flatMap(({ ref }) => {
    const module = scope.modules.find(({ id }) => id === ref);
    const ids = new Set(Object.values(module?.targets ?? {}).flat());
    const results = [...ids].flatMap((id) => testcases[id] ?? []);
    return module && results.length > 0 ? [{ module, results }] : [];
  });
  return columns(
    rows.map(({ module, results }) => {
      const counts = (['FAIL', 'MISS', 'ABORT', 'PASS'] as const).flatMap((result) => {
        const count = results.filter((candidate) => candidate === result).length;
        return count > 0 ? [{ result, count }] : [];
      });
      const worst = counts[0]!.result;
      return [
        `  ${paint(worst, symbols[worst])} ${clean(module.id)}`,
        clean(module.name),
        counts.map(({ result, count }) => `${count} ${words[result]}`).join(', '),
      ];
    }),
  );
}

function repairText({ command, testcases, messages, objects }: Repair): string {
  const kinds = Map.groupBy(objects, ({ kind }) => kind);
  const count = [...kinds]
    .map(([kind, { length }]) => `${length} ${kind}${length === 1 ? '' : 's'}`)
    .join(', ');
  const more = messages.length - shown;
  return [
    `  ${paint('FAIL', symbols.FAIL)} ${some(testcases)}: ${count}`,
    ...messages.slice(0, shown).map((message) => `    ${clean(message)}`),
    ...(more > 0 ? [`    … and ${more} more`] : []),
    ...(command ? [`    ${styleText('cyan', `$ ${clean(command)}`, { stream: process.stdout })}`] : []),
  ].join('\n');
}

/** Test cases with one and the same reason share a line. */
function reasons({ reasons: given }: Certificate, open: [string, Result][]): string[] {
  const groups = Map.groupBy(open, ([id, result]) => `${result}\n${given[id] ?? 'no reason given'}`);
  return [...groups.values()].map((group) => {
    const [id, result] = group[0]!;
    return `  ${paint(result, symbols[result])} ${some(group.map(([name]) => name))}\n    ${clean(given[id] ?? 'no reason given')}`;
  });
}

/** The first few, and how many there are beyond. */
function some(names: readonly string[]): string {
  const more = names.length - shown;
  return more > 1 ? `${names.slice(0, shown).join(', ')} and ${more} more` : names.join(', ');
}

function section(title: string, entries: readonly string[]): string {
  return entries.length > 0
    ? `${styleText('bold', title, { stream: process.stdout })}\n${entries.join('\n')}\n`
    : '';
}

function footer(certificate: Certificate): string {
  const { versions, version, mode, findings, requests, durationMs } = certificate;
  const others = versions.filter((other) => other.version !== version);
  const deviations = findings.filter(({ deviation }) => deviation !== null);
  return [
    others.length > 0 && `Also judged: ${others.map(otherVersion).join(', ')}`,
    deviations.length > 0 && deviationText(deviations, mode),
    `Mode ${mode}; ${requests} ${requests === 1 ? 'request' : 'requests'}, ${(durationMs / 1000).toFixed(2)} s`,
  ]
    .filter((line) => line !== false)
    .map((line) => `${line}\n`)
    .join('');
}

function otherVersion({ version, validity, result }: Evaluation): string {
  return `${clean(version)} (${validity}) ${paint(result, result)}`;
}

function deviationText(findings: readonly Finding[], mode: Evaluation['mode']): string {
  const other = mode === 'upstream' ? 'standard' : 'upstream';
  const groups = Map.groupBy(findings, ({ testcase, deviation }) => `${testcase}: ${deviation}`);
  const lines = [...groups].map(
    ([text, { length }]) => `  ${clean(text)} (${length} ${length === 1 ? 'finding' : 'findings'})`,
  );
  return `Official tests and text of the standard differ here; --mode ${other} shows the other verdict:\n${lines.join('\n')}`;
}

function paint(result: Result, text: string): string {
  return styleText(colours[result], text, { stream: process.stdout });
}

/** Names come from the cloud: nothing in them may steer the terminal. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}
