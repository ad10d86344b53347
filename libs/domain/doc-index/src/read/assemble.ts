import type { Page, ParsedFile, Section, Testcase } from '../page.ts';

/** What other files say about a page. */
interface Said {
  testcases: Map<Section, Testcase[]>;
  scopes: Set<string>;
  replaces: Set<string>;
}

/**
 * The pages of all files, with what other files say about them: test cases at the sections that explain them, the scopes that a standard
 * belongs to, and what it replaces. Pages that nothing is said about stay the same objects, and those about which nothing new is said too; no
 * file is changed. What a file says reaches only pages that those see who may see the file.
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
  for (const access of new Set(pages.map(({ labels }) => labels.access))) {
    const seen = ({ labels }: Page): boolean => labels.access === access;
    const standards = (id: string): Page[] => (byStandard.get(id) ?? []).filter(seen);
    const mine = speaking.filter((file) => [undefined, 'public', access].includes(file.access));
    for (const testcase of mergeById(mine.flatMap(({ testcases }) => testcases))) {
      const [, name = '', anchor = ''] = /\/(scs-\d{4}-[vw]\d+[^/#]*)\/?(?:#(.*))?$/.exec(testcase.url) ?? [];
      for (const page of (byName.get(name) ?? []).filter(seen)) {
        const section = page.sections.find((one) => one.anchor === anchor) ?? page.sections[0];
        if (section) append(about(page).testcases, section, testcase);
      }
    }
    for (const { standard, scope } of mine.flatMap(({ memberships = [] }) => memberships)) {
      for (const page of standards(standard)) about(page).scopes.add(scope);
    }
    for (const { standard, replaces } of mine.flatMap(({ replacements = [] }) => replacements)) {
      for (const page of standards(standard)) about(page).replaces.add(replaces);
    }
  }
  return said;
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

function append(map: Map<Section, Testcase[]>, section: Section, testcase: Testcase): void {
  const known = map.get(section);
  if (known) known.push(testcase);
  else map.set(section, [testcase]);
}

/** A page about which the same is said again is the same object again: who compares pages sees at once what has not changed. */
const completed = new WeakMap<Page, { key: string; page: Page }>();

function complete(page: Page, said: Said): Page {
  const testcases = [...said.testcases].map(([section, own]) => [page.sections.indexOf(section), own]);
  const key = JSON.stringify([testcases, [...said.scopes], [...said.replaces]]);
  const known = completed.get(page);
  if (known?.key === key) return known.page;
  const made = withSaid(page, said);
  completed.set(page, { key, page: made });
  return made;
}

function withSaid(page: Page, { testcases, scopes, replaces }: Said): Page {
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
