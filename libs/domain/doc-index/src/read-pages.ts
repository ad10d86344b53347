import { parse } from 'yaml';
import { isRecord, readStandard, splitFrontMatter, string } from './front-matter.ts';
import { readSections } from './markdown.ts';
import type { Page, Problem, Section, SourceFile } from './page.ts';

/** Whether a file of that name holds something to index. */
export function isDocument(path: string): boolean {
  return /\.mdx?$/i.test(path) || isScope(path);
}

/** Reads every file; one that is broken is reported and the others are read all the same. */
export function readPages(files: readonly SourceFile[]): { pages: Page[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const report = (file: SourceFile, error: unknown): void => {
    const message = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    problems.push({ file: `${file.repo}:${file.path}`, message });
  };
  const pages: Page[] = [];
  for (const file of files.filter(({ path }) => /\.mdx?$/i.test(path))) {
    try {
      pages.push(readPage(file));
    } catch (error) {
      report(file, error);
    }
  }
  for (const file of files.filter(({ path }) => isScope(path))) {
    try {
      addTestcases(parse(file.text, { maxAliasCount: 100 }), pages);
    } catch (error) {
      report(file, error);
    }
  }
  return { pages, problems };
}

function readPage({ repo, path, text }: SourceFile): Page {
  const { fields, body } = splitFrontMatter(text);
  const { title, sections } = readSections(body);
  return {
    id: `${repo}:${path}`,
    repo,
    path,
    title: string(fields['title']) || title || sections[0]?.heading || path.replace(/^.*\//, ''),
    description: string(fields['description']),
    standard: readStandard(path, fields),
    sections,
  };
}

function isScope(path: string): boolean {
  return /(^|\/)scs-compatible-[^/]*\.ya?ml$/.test(path);
}

/** A scope says for each test case which section explains it: there its id and description are found. */
function addTestcases(scope: unknown, pages: readonly Page[]): void {
  const scripts = isRecord(scope) && Array.isArray(scope['scripts']) ? scope['scripts'] : [];
  const testcases = scripts.flatMap((script: unknown) =>
    isRecord(script) && Array.isArray(script['testcases']) ? script['testcases'] : [],
  );
  for (const testcase of testcases.filter(isRecord)) {
    const section = linkedSection(string(testcase['url']), pages);
    if (section) section.testcases += `${string(testcase['id'])} ${string(testcase['description'])}\n`;
  }
}

function linkedSection(url: string, pages: readonly Page[]): Section | undefined {
  const [, name, anchor] = /\/(scs-\d{4}-[vw]\d+[^/#]*?)\/?(?:#(.*))?$/.exec(url) ?? [];
  const page = name && pages.find(({ path }) => path.endsWith(`/${name}.md`));
  if (!page) return undefined;
  return page.sections.find((section) => section.anchor === anchor) ?? page.sections[0];
}
