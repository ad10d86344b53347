import type { Page, ParsedFile, Section, Testcase } from '../page.ts';

/** What other files say about a page. */
interface Said {
  testcases: Map<Section, Testcase[]>;
  scopes: Set<string>;
  replaces: Set<string>;
}

/**
 * The pages of all files, with what other files say about them: test cases at the sections that explain them, the scopes that a standard
 * belongs to, and what it replaces. Pages that nothing is said about stay the same objects; no file is changed. What a file says reaches
 * only pages that those see who may see the file.
 */
export function assemble(files: readonly ParsedFile[]): Page[] {
  const pages = files.flatMap((file) => file.pages);
  const said = gather(files, pages);
  return said.size === 0
    ? pages
    : pages.map((page) => (said.has(page) ? complete(page, said.get(page)!) : page));
}

function gather(files: readonly ParsedFile[], pages: readonly Page[]): Map<Page, Said> {
  const speaking = files.filter(
    ({ testcases, memberships, replacements }) =>
      testcases.length > 0 || memberships?.length || replacements?.length,
  );
  const said = new Map<Page, Said>();
  if (speaking.length === 0) return said;
  const byName = Map.groupBy(pages, ({ path }) => path.replace(/^.*\//, '').replace(/\.mdx?$/i, ''));
  const byStandard = Map.groupBy(pages, ({ standard }) => standard?.id);
  const about = (page: Page): Said => {
    const known = said.get(page) ?? { testcases: new Map(), scopes: new Set(), replaces: new Set() };
    said.set(page, known);
    return known;
  };
  for (const { access = 'public', testcases, memberships = [], replacements = [] } of speaking) {
    const seen = ({ labels }: Page): boolean => access === 'public' || access === labels.access;
    const standards = (id: string): Page[] => (byStandard.get(id) ?? []).filter(seen);
    for (const testcase of testcases) {
      const [, name = '', anchor = ''] = /\/(scs-\d{4}-[vw]\d+[^/#]*)\/?(?:#(.*))?$/.exec(testcase.url) ?? [];
      for (const page of (byName.get(name) ?? []).filter(seen)) {
        const section = page.sections.find((one) => one.anchor === anchor) ?? page.sections[0];
        if (section) append(about(page).testcases, section, testcase);
      }
    }
    for (const { standard, scope } of memberships) {
      for (const page of standards(standard)) about(page).scopes.add(scope);
    }
    for (const { standard, replaces } of replacements) {
      for (const page of standards(standard)) about(page).replaces.add(replaces);
    }
  }
  return said;
}

function append(map: Map<Section, Testcase[]>, section: Section, testcase: Testcase): void {
  const known = map.get(section);
  if (known) known.push(testcase);
  else map.set(section, [testcase]);
}

function complete(page: Page, { testcases, scopes, replaces }: Said): Page {
  return {
    ...page,
    standard: page.standard && {
      ...page.standard,
      scopes: [...new Set([...page.standard.scopes, ...scopes])],
      replaces: [...new Set([...page.standard.replaces, ...replaces])],
    },
    sections: page.sections.map((section) => {
      const explained = testcases.get(section);
      return explained ? { ...section, testcases: [...section.testcases, ...explained] } : section;
    }),
  };
}
