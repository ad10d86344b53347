import GithubSlugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { toString } from 'mdast-util-to-string';
import { gfmTable } from 'micromark-extension-gfm-table';
import type { Section } from './page.ts';

type Root = ReturnType<typeof fromMarkdown>;
type Content = Root['children'][number];

/** Cuts Markdown at its headings. Anchors are those that Docusaurus gives: explicit `{#id}`, else a slug, repeated ones counted. */
export function readSections(markdown: string): { title: string; sections: Section[] } {
  const tree = fromMarkdown(markdown, {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  });
  const slugger = new GithubSlugger();
  const open: { depth: number; heading: string }[] = [];
  const sections = [emptySection('', '', [])];
  let title = '';
  for (const node of tree.children) {
    if (node.type !== 'heading') {
      addBlock(sections.at(-1)!, node);
      continue;
    }
    const [, heading = '', explicit] = /^(.*?)\s*(?:\{#([^}]+)\})?$/s.exec(toString(node))!;
    while (open.length > 0 && open.at(-1)!.depth >= node.depth) open.pop();
    sections.push(
      emptySection(
        explicit ?? slugger.slug(heading),
        heading,
        open.map((above) => above.heading),
      ),
    );
    if (node.depth === 1 && title === '') title = heading;
    else open.push({ depth: node.depth, heading });
  }
  const [preamble, ...rest] = sections;
  return { title, sections: preamble!.text || preamble!.code ? sections : rest };
}

function emptySection(anchor: string, heading: string, trail: string[]): Section {
  return { anchor, heading, trail, text: '', code: '', testcases: [] };
}

function addBlock(section: Section, node: Content): void {
  if (node.type === 'code') section.code = join(section.code, node.value);
  else if (!isModuleLine(node)) {
    section.text = join(section.text, prose(node));
    section.code = join(section.code, fencedCode(node));
  }
}

/** `import` and `export` lines of MDX are for the browser. */
function isModuleLine(node: Content): boolean {
  return node.type === 'paragraph' && /^(import\s.*from\s|export\s+(const|default)\s)/.test(toString(node));
}

/** The words of a block; those of different blocks and cells do not run together. */
function prose(node: Content): string {
  if (node.type === 'html') return node.value.replace(/<!--[\s\S]*?-->|<[^>]*>/g, ' ').trim();
  if (node.type === 'code') return '';
  if ('value' in node) return node.value;
  if (node.type === 'image') return node.alt ?? '';
  if (!('children' in node)) return node.type === 'break' ? ' ' : '';
  const holdsBlocks = ['list', 'listItem', 'blockquote', 'table'].includes(node.type);
  return node.children
    .map(prose)
    .filter((text) => text !== '')
    .join(node.type === 'tableRow' ? ' | ' : holdsBlocks ? '\n' : '');
}

/** Code blocks inside lists and quotes. */
function fencedCode(node: Content): string {
  if (node.type === 'code') return node.value;
  return 'children' in node ? node.children.map(fencedCode).reduce(join, '') : '';
}

const join = (before: string, more: string): string =>
  before && more ? `${before}\n${more}` : before || more;
