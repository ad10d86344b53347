import { parse } from 'yaml';
import { isRecord, readStandard, splitFrontMatter, string } from './front-matter.ts';
import { readSections } from './markdown.ts';
import type { Labels, Page, Problem, Section, SourceFile, Testcase } from './page.ts';

/** Whether a file of that name holds something to index. */
export function isDocument(path: string): boolean {
  return /\.mdx?$/i.test(path) || isScope(path);
}

/** What a file holds: pages of its own, and what it says about pages of other files. */
export interface ParsedFile {
  pages: Page[];
  testcases: Testcase[];
}

/** What is assumed of a source that says nothing. */
export const plainLabels = (repo: string): Labels => ({
  component: repo,
  audience: '',
  language: 'en',
  version: '',
  access: 'public',
});

/** Reads one file by itself; throws what the parser throws. */
export function readFile(file: SourceFile, labels: Labels = plainLabels(file.repo)): ParsedFile {
  if (isScope(file.path)) return { pages: [], testcases: readTestcases(file.text) };
  return { pages: [readPage(file, labels)], testcases: [] };
}

/** The pages of all files, each section with the test cases that it explains. The files stay as they are. */
export function assemble(files: readonly ParsedFile[]): Page[] {
  const pages = files.flatMap((file) => file.pages);
  const explained = new Map<Section, Testcase[]>();
  for (const testcase of mergeById(files.flatMap((file) => file.testcases))) {
    const section = linkedSection(testcase.url, pages);
    if (section) explained.set(section, [...(explained.get(section) ?? []), testcase]);
  }
  if (explained.size === 0) return pages;
  return pages.map((page) =>
    page.sections.some((section) => explained.has(section))
      ? {
          ...page,
          sections: page.sections.map((section) => ({
            ...section,
            testcases: explained.get(section) ?? section.testcases,
          })),
        }
      : page,
  );
}

/** Several files may speak of one test case: the first describes it, all add the messages that they know. */
function mergeById(testcases: readonly Testcase[]): Testcase[] {
  const byId = new Map<string, Testcase>();
  for (const testcase of testcases) {
    const known = byId.get(testcase.id);
    const messages = new Set([...(known?.messages ?? []), ...testcase.messages]);
    byId.set(testcase.id, { ...(known ?? testcase), messages: [...messages] });
  }
  return [...byId.values()];
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
      const message = error instanceof Error ? error.message.split('\n')[0]! : String(error);
      problems.push({ file: `${file.repo}:${file.path}`, message });
      return [];
    }
  });
  return { pages: assemble([...parsed, ...more]), problems };
}

function readPage({ repo, path, text }: SourceFile, labels: Labels): Page {
  const { fields, body } = splitFrontMatter(text);
  const { title, sections } = readSections(body);
  const standard = readStandard(path, fields);
  return {
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
}

function isScope(path: string): boolean {
  return /(^|\/)scs-compatible-[^/]*\.ya?ml$/.test(path);
}

/** A scope says for each test case which section explains it. */
function readTestcases(text: string): Testcase[] {
  const scope: unknown = parse(text, { maxAliasCount: 100 });
  const scripts = isRecord(scope) && Array.isArray(scope['scripts']) ? scope['scripts'] : [];
  const testcases = scripts.flatMap((script: unknown) =>
    isRecord(script) && Array.isArray(script['testcases']) ? script['testcases'] : [],
  );
  return testcases.filter(isRecord).map(({ id, description, url }) => ({
    id: string(id),
    description: string(description),
    url: string(url),
    messages: [],
  }));
}

function linkedSection(url: string, pages: readonly Page[]): Section | undefined {
  const [, name, anchor] = /\/(scs-\d{4}-[vw]\d+[^/#]*?)\/?(?:#(.*))?$/.exec(url) ?? [];
  const page = name && pages.find(({ path }) => path.endsWith(`/${name}.md`));
  if (!page) return undefined;
  return page.sections.find((section) => section.anchor === anchor) ?? page.sections[0];
}
