import { text } from 'node:stream/consumers';
import { resolveError, type Hit, type ResolvedError } from '@scs/doc-index';
import type { Answer } from './command.ts';
import { indexSources, type SourceValues } from './docs-index.ts';
import { EXIT, oneLine, usage } from './failure.ts';
import { defaultFormat, formatData } from './output.ts';
import { readSmallFile } from './snapshot-file.ts';

interface ResolveValues extends SourceValues {
  output?: 'table' | 'json' | 'yaml';
}

/** Errors stand at the end of a log. */
const longestLog = 100_000;

/** `scs docs resolve [FILE|-]`: from the errors in a log to their test cases, standards and remedies. */
export async function resolveDocs(values: ResolveValues, [file = '-']: string[]): Promise<Answer> {
  if (file === '-' && process.stdin.isTTY) throw usage('no log to read; name a file, or pipe one in');
  const log = file === '-' ? await text(process.stdin) : await readSmallFile(file, 64 * 2 ** 20);
  if (log.trim() === '')
    throw usage(`${file === '-' ? 'standard input' : file} is empty; give it a log with errors`);
  const { index, problems, asOf, translator } = await indexSources(values);
  const errors = resolveError(index, log.slice(-longestLog), { asOf, translator });
  const format = values.output ?? defaultFormat();
  if (format === 'table') return { text: table(errors), exitCode: EXIT.pass };
  const data = {
    errors: errors.map(({ explanation, remedy, message = null, standard = null, ...error }) => ({
      ...error,
      message,
      standard,
      explanation: explanation ? place(explanation) : null,
      remedy: remedy ? place(remedy) : null,
    })),
    ...(problems.length > 0 && { problems }),
  };
  return { text: await formatData(data, format), exitCode: EXIT.pass };
}

const place = ({ page, anchor, title, trail, state, snippet }: Hit) => ({
  page,
  anchor,
  title,
  trail,
  state: state ?? null,
  snippet,
});

function table(errors: readonly ResolvedError[]): string {
  if (errors.length === 0) return 'No test case of the sources prints any of this; try `scs docs search`.\n';
  return errors.map(block).join('\n');
}

function block({
  testcase,
  description,
  line,
  values,
  confidence,
  explanation,
  remedy,
}: ResolvedError): string {
  const lines = [
    `${testcase}: ${oneLine(description)}`,
    `  read     ${oneLine(line)}`,
    ...(values.length > 0 ? [`  values   ${values.map(oneLine).join(' | ')}`] : []),
    ...(confidence < 1 ? [`  certain  ${Math.round(confidence * 100)} %`] : []),
    ...(remedy ? [`  wanted   ${address(remedy)}${remedy.state ? ` (${remedy.state})` : ''}`] : []),
    ...(explanation ? [`  tested   ${address(explanation)}`] : []),
  ];
  return lines.map((one) => `${one}\n`).join('');
}

const address = ({ page, anchor }: Hit): string => (anchor === '' ? page : `${page}#${anchor}`);
