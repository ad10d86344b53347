import type { Labels, Page, ParsedFile, Problem, SourceFile } from '../page.ts';
import { readRules } from './alert.ts';
import { assemble } from './assemble.ts';
import { readCommand } from './command.ts';
import { isRecord, parseJson, parseYaml, record, records, refuseHuge, string } from './data.ts';
import { readStandard, splitFrontMatter, standardIds } from './front-matter.ts';
import { readSections } from './markdown.ts';
import { readOperations } from './operation.ts';
import type { Outline } from './outline.ts';
import { readResource } from './resource.ts';
import { isScope, readScope } from './scope.ts';

/** Whether a file of that name may hold something to index. What is in it may turn out to be no documentation. */
export function isDocument(path: string): boolean {
  const name = path.replace(/^.*\//, '');
  if (/(^|\/)\.\w/.test(path) || /(^|[-.])lock\.(ya?ml|json)$/i.test(name)) return false;
  return /\.(mdx?|ya?ml|json|txt|help)$/i.test(name);
}

/** What is assumed of a source that says nothing. */
export const plainLabels = (repo: string): Labels => ({
  component: repo,
  audience: '',
  language: 'en',
  version: '',
  access: 'public',
});

/** Reads one file by itself; empty when it is no documentation. Throws one line that says what is broken. */
export function readFile(file: SourceFile, labels: Labels = plainLabels(file.repo)): ParsedFile {
  try {
    const read = readText({ ...file, text: file.text.replace(/^\uFEFF/, '') }, labels);
    return labels.access === 'public' ? read : { ...read, access: labels.access };
  } catch (error) {
    throw new Error(oneLine(error), { cause: error });
  }
}

/** Reads every file; one that is broken is reported and the others are read all the same. `more` is what is known besides. */
export function readPages(
  files: readonly SourceFile[],
  more: readonly ParsedFile[] = [],
): { pages: Page[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const parsed = files.flatMap((file) => {
    try {
      return [readFile(file)];
    } catch (error) {
      problems.push({ file: `${file.repo}:${file.path}`, message: oneLine(error) });
      return [];
    }
  });
  return { pages: assemble([...parsed, ...more]), problems };
}

function oneLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace('Maximum call stack size exceeded', 'nested too deeply').replace(/:$/, '');
}

function readText(file: SourceFile, labels: Labels): ParsedFile {
  const { path, text } = file;
  if (/\.mdx?$/i.test(path)) return readMarkdown(file, labels);
  if (isScope(path)) return readScope(text);
  const outlines = /\.(txt|help)$/i.test(path) ? readCommand(text) : readData(path, text);
  return { pages: toPages(outlines, file, labels), testcases: [] };
}

function readMarkdown({ repo, path, text }: SourceFile, labels: Labels): ParsedFile {
  const { fields, body } = splitFrontMatter(text);
  const { title, sections } = readSections(body, /x$/i.test(path) ? 'mdx' : 'markdown');
  const standard = readStandard(path, fields);
  const page: Page = {
    id: `${repo}:${path}`,
    repo,
    path,
    kind: standard ? 'standard' : 'guide',
    title: string(fields['title']) || title || sections[0]?.heading || path.replace(/^.*\//, ''),
    description: string(fields['description']),
    labels,
    standard,
    sections,
  };
  const successors = standard ? standardIds(fields['replaced_by']) : [];
  const replacements = successors.map((successor) => ({ standard: successor, replaces: standard!.id }));
  return { pages: [page], testcases: [], ...(replacements.length > 0 && { replacements }) };
}

/** Most YAML and JSON in a repository is no documentation; a look at the text is much cheaper than parsing it. */
function readData(path: string, text: string): Outline[] {
  const isJson = /\.json$/i.test(path);
  const documents = (isJson ? [text] : text.split(/^---.*$/m)).filter(looksLikeDocumentation);
  if (!isJson) refuseHuge(documents.join('\n'));
  return documents.flatMap((document) => {
    try {
      return outlinesOf(isJson ? parseJson(document) : parseYaml(document));
    } catch (error) {
      // Templates of Helm charts are called YAML and become it later.
      if (/^[ \t]*\{\{-?[ \t]*(if|end|range|with|include|define|template)\b/m.test(document)) return [];
      throw error;
    }
  });
}

function looksLikeDocumentation(text: string): boolean {
  return (
    /\bkind["']?\s*:\s*["']?CustomResourceDefinition\b/.test(text) ||
    /(?:^|[{,])[ \t]*["']?(?:openapi|swagger)["']?\s*:\s*["']?[23]\b/m.test(text) ||
    (/\bgroups["']?\s*:/.test(text) && /\b(?:alert|record)["']?\s*:/.test(text))
  );
}

function outlinesOf(data: unknown): Outline[] {
  if (!isRecord(data)) return [];
  if (data['kind'] === 'CustomResourceDefinition') return readResource(data);
  if (isRecord(data['paths']) && (data['openapi'] ?? data['swagger'])) return readOperations(data);
  if (data['kind'] === 'PrometheusRule') return readRules(records(record(data['spec'])['groups']));
  if (data['kind'] === 'List') return records(data['items']).flatMap(outlinesOf);
  return readRules(records(data['groups']));
}

/** Two pages of a file that have one name are told apart by a number. */
function toPages(outlines: readonly Outline[], { repo, path }: SourceFile, labels: Labels): Page[] {
  const seen = new Map<string, number>();
  return outlines.map(({ name, ...outline }) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    const id = [`${repo}:${path}`, `${name}${count > 0 ? `-${count}` : ''}`].filter(Boolean).join('/');
    return { id, repo, path, ...outline, labels, standard: undefined };
  });
}
