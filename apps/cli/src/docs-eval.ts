import { measure, parseJudgments, search, type Measures, type Report } from '@scs/doc-index';
import type { Answer } from './command.ts';
import { indexSources, readJson, type SourceValues } from './docs-index.ts';
import { EXIT, oneLine, usage } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';

interface EvalValues extends SourceValues {
  judgments?: string;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs docs eval --judgments FILE`: how well the search answers queries whose answers are known. */
export async function evalDocs(values: EvalValues): Promise<Answer> {
  if (values.judgments === undefined) throw usage('no queries to ask; name a file with --judgments FILE');
  const content = await readJson(values.judgments, 'a list of judged queries');
  let judgments;
  try {
    judgments = parseJudgments(content);
  } catch (error) {
    throw usage(`${values.judgments} has no judged queries: ${oneLine(error)}`);
  }
  const { index, problems, asOf, translator } = await indexSources(values);
  const report = measure(judgments, (query) => search(index, query, { asOf, translator }).hits);
  const format = values.output ?? defaultFormat();
  if (format !== 'table')
    return { text: await formatData({ ...report, problems }, format), exitCode: EXIT.pass };
  return { text: table(report), exitCode: EXIT.pass };
}

function table({ overall, byKind, worst }: Report): string {
  const row = (name: string, of: Measures): string[] => [
    name,
    String(of.queries),
    ...[of.ndcg10, of.mrr10, of.recall5, of.anchor5].map((value) => value?.toFixed(3) ?? '-'),
    String(of.noResult),
    String(of.deprecatedAbove),
  ];
  return `${columns([
    ['KIND', 'QUERIES', 'nDCG@10', 'MRR@10', 'RECALL@5', 'ANCHOR@5', 'NO RESULT', 'DEPRECATED ABOVE'],
    row('all', overall),
    ...Object.entries(byKind).map(([kind, of]) => row(kind, of)),
  ])}\nWorst queries\n${columns(
    worst.map(({ ndcg10, query, first, best }) => [
      `  ${ndcg10.toFixed(2)}`,
      oneLine(query),
      `first ${first ?? 'nothing'}`,
      `best ${best}`,
    ]),
  )}`;
}
