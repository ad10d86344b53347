import { pagesOf, search, type SearchResult as Found, type Hit, type Problem } from '@scs/doc-index';
import { styleText } from 'node:util';
import type { Answer } from './command.ts';
import { indexSources, type SourceValues } from './docs-index.ts';
import { EXIT, oneLine, usage } from './failure.ts';
import { defaultFormat, formatData } from './output.ts';

interface SearchValues extends SourceValues {
  component?: string;
  explain?: boolean;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs docs search QUERY`: the sections that answer, best first. */
export async function searchDocs(values: SearchValues, [query = '']: string[]): Promise<Answer> {
  if (query.trim() === '') throw usage('the query is empty; write what you look for');
  const { index, problems, asOf, translator } = await indexSources(values);
  const { component, explain = false } = values;
  const components = [...new Set(pagesOf(index).map(({ labels }) => labels.component))];
  if (component !== undefined && !components.includes(component)) {
    throw usage(`no pages of "${component}"; the sources have ${components.join(', ')}`);
  }
  const start = performance.now();
  const found = search(index, query, {
    asOf,
    translator,
    explain,
    ...(component !== undefined && { filter: { component: [component] } }),
  });
  const tookMs = Math.round((performance.now() - start) * 100) / 100;
  const format = values.output ?? defaultFormat();
  if (format === 'table') return { text: table(found, problems), exitCode: EXIT.pass };
  const { hits, didYouMean, match } = found;
  const data = {
    hits: hits.map(({ state = null, explanation, ...hit }) => ({
      ...hit,
      state,
      ...(explanation && { explanation }),
    })),
    ...(didYouMean !== undefined && { didYouMean }),
    ...(match !== 'words' && { match }),
    ...(problems.length > 0 && { problems }),
    tookMs,
  };
  return { text: await formatData(data, format), exitCode: EXIT.pass };
}

function table({ hits, didYouMean, match }: Found, problems: readonly Problem[]): string {
  const lines = hits.slice(0, 10).map(block);
  if (match === 'nearest') lines.unshift(`Nothing has these words; nearest: ${oneLine(didYouMean)}\n`);
  else if (didYouMean !== undefined) lines.unshift(`Did you mean: ${oneLine(didYouMean)}\n`);
  if (hits.length === 0) lines.push('Nothing found; try other words.\n');
  if (problems.length > 0) {
    lines.push(
      `${problems.length} files could not be read, e.g. ${problems[0]!.file}: ${oneLine(problems[0]!.message)}\n`,
    );
  }
  return lines.join('\n');
}

function block({ page, anchor, title, trail, state, snippet, highlights, score, explanation }: Hit): string {
  const place = anchor === '' ? page : `${page}#${anchor}`;
  const name = [title, ...trail].filter((heading, at, all) => heading !== all[at - 1]).join(' > ');
  const head = `${styleText('bold', oneLine(name), colours)}${state ? ` (${state})` : ''}`;
  const lines = [head, `  ${place}`, `  ${highlighted(snippet, highlights)}`];
  if (explanation) {
    const { words, ...factors } = explanation;
    const named = Object.entries(factors).map(([factor, value]) => `${factor} ${value.toFixed(2)}`);
    lines.push(
      `  score ${score} = (words × missing × emphasis + page) × names × standing: ${named.join(', ')}`,
      ...words.map(
        (word) =>
          `    ${word.score.toFixed(2)}  ${oneLine(word.word)}: ${word.terms.join(' + ')} (${word.reason}) in ${word.fields.join(', ')}`,
      ),
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Only on a terminal, and not where NO_COLOR is set. */
const colours = { stream: process.stdout } as const;

function highlighted(snippet: string, highlights: readonly (readonly [number, number])[]): string {
  let [text, at] = ['', 0];
  for (const [start, end] of highlights) {
    text +=
      oneLineKeepingEnds(snippet.slice(at, start)) +
      styleText('underline', snippet.slice(start, end), colours);
    at = end;
  }
  return text + oneLineKeepingEnds(snippet.slice(at));
}

/** Nothing in a foreign text steers the terminal. */
const oneLineKeepingEnds = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
