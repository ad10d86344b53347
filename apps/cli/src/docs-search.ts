import {
  pagesOf,
  search,
  type Explanation,
  type Hit,
  type Match,
  type Problem,
  type State,
} from '@scs/doc-index';
import {
  Match as ProtoMatch,
  SearchResponseSchema,
  type Explanation as ProtoExplanation,
} from '@scs/proto/scs/docs/v1/search_pb';
import { styleText } from 'node:util';
import type { Answer } from './command.ts';
import { indexSources, readDay, type SourceValues } from './docs-index.ts';
import { askServer, type ServerValues } from './docs-server.ts';
import { EXIT, oneLine, usage } from './failure.ts';
import { defaultFormat, formatData } from './output.ts';

interface SearchValues extends SourceValues, ServerValues {
  component?: string;
  explain?: boolean;
  output?: 'table' | 'json' | 'yaml';
}

/** What was found, wherever it was looked for. */
interface Found {
  hits: Hit[];
  match: Match;
  didYouMean: string | undefined;
  problems: readonly Problem[];
  tookMs: number;
}

/** `scs docs search QUERY`: the sections that answer, best first; in sources given here, else in those of a control plane. */
export async function searchDocs(values: SearchValues, [query = '']: string[]): Promise<Answer> {
  if (query.trim() === '') throw usage('the query is empty; write what you look for');
  const found =
    values.source || values.index ? await searchSources(values, query) : await searchServer(values, query);
  const format = values.output ?? defaultFormat();
  if (format === 'table') return { text: table(found), exitCode: EXIT.pass };
  const { hits, didYouMean, match, problems, tookMs } = found;
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

async function searchSources(values: SearchValues, query: string): Promise<Found> {
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
  return { ...found, problems, tookMs: Math.round((performance.now() - start) * 100) / 100 };
}

async function searchServer(values: SearchValues, query: string): Promise<Found> {
  const { component, explain = false } = values;
  const request = {
    query,
    pageSize: 20,
    explain,
    ...(values['as-of'] !== undefined && { asOf: readDay(values['as-of']) }),
    ...(component !== undefined && { filter: { components: [component] } }),
  };
  const { hits, match, didYouMean, tookMs } = await askServer(
    values,
    '/v1/search',
    request,
    SearchResponseSchema,
  );
  return {
    hits: hits.map(({ page, anchor, title, trail, snippet, highlights, score, standard, explanation }) => ({
      page,
      anchor,
      title,
      trail,
      state: (standard?.state || undefined) as State | undefined,
      snippet,
      highlights: highlights.map(({ start, end }): [number, number] => [start, end]),
      score,
      explanation: explanation && fromProtoExplanation(explanation),
    })),
    match: matches[match],
    didYouMean: didYouMean || undefined,
    problems: [],
    tookMs,
  };
}

function fromProtoExplanation({ words, factors }: ProtoExplanation): Explanation {
  const { missing = 1, emphasis = 1, page = 0, names = 1, standing = 1 } = factors;
  return {
    // The server names the same reasons and fields as the library that it ranks with.
    words: words as Explanation['words'],
    missing,
    emphasis,
    page,
    names,
    standing,
  };
}

const matches: Record<ProtoMatch, Match> = {
  [ProtoMatch.UNSPECIFIED]: 'words',
  [ProtoMatch.WORDS]: 'words',
  [ProtoMatch.NEAREST]: 'nearest',
  [ProtoMatch.OUTSIDE_FILTERS]: 'outside-filters',
  [ProtoMatch.START]: 'start',
};

function table({ hits, didYouMean, match, problems }: Found): string {
  const lines = hits.slice(0, 10).map(block);
  if (match === 'nearest') lines.unshift(`Nothing has these words; nearest: ${oneLine(didYouMean)}\n`);
  else if (match === 'outside-filters') lines.unshift('Nothing of that component; elsewhere:\n');
  else if (match === 'start') lines.unshift('Nothing found; pages to start from:\n');
  else if (didYouMean !== undefined) lines.unshift(`Did you mean: ${oneLine(didYouMean)}\n`);
  if (hits.length === 0) lines.push('Nothing found; try other words.\n');
  if (problems.length > 0) {
    lines.push(
      `${problems.length} files could not be read, e.g. ${steerless(problems[0]!.file)}: ${oneLine(problems[0]!.message)}\n`,
    );
  }
  return lines.join('\n');
}

function block({ page, anchor, title, trail, state, snippet, highlights, score, explanation }: Hit): string {
  const place = anchor === '' ? page : `${page}#${anchor}`;
  const name = [title, ...trail].filter((heading, at, all) => heading !== all[at - 1]).join(' > ');
  const head = `${styleText('bold', oneLine(name), colours)}${state ? ` (${state})` : ''}`;
  const lines = [head, `  ${steerless(place)}`, `  ${highlighted(snippet, highlights)}`];
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
      steerless(snippet.slice(at, start)) +
      styleText('underline', steerless(snippet.slice(start, end)), colours);
    at = end;
  }
  return text + steerless(snippet.slice(at));
}

/** Nothing in a foreign text steers the terminal. */
const steerless = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
