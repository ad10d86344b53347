import GithubSlugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { mdxFromMarkdown } from 'mdast-util-mdx';
import { toString } from 'mdast-util-to-string';
import { gfmTable } from 'micromark-extension-gfm-table';
import { mdxjs } from 'micromark-extension-mdxjs';
import type { Section } from '../page.ts';
import { isCostly, plainParts, type Part } from './plain-markdown.ts';

type Root = ReturnType<typeof fromMarkdown>;
type Content = Root['children'][number];
type Heading = Extract<Content, { type: 'heading' }>;
type Element = Extract<Content, { type: 'mdxJsxFlowElement' | 'mdxJsxTextElement' }>;

/** Cuts Markdown at its headings. Anchors are those that Docusaurus gives: explicit `{#id}`, else a slug, repeated ones counted. */
export function readSections(
  markdown: string,
  syntax: 'markdown' | 'mdx' = 'markdown',
): { title: string; sections: Section[] } {
  // Pictures inside a page are a hundred thousand letters that nobody reads.
  const text = markdown.replace(/\bdata:[\w/+.-]+;base64,[\w+/=]+/g, '');
  return cut(isCostly(text) ? plainParts(text) : partsOf(parse(text, syntax).children));
}

function parse(markdown: string, syntax: 'markdown' | 'mdx'): Root {
  // Most pages have no table, and looking for one takes its time.
  const hasTable = /\|[ \t]*:?-|-:?[ \t]*\|/.test(markdown);
  const extensions = hasTable ? [gfmTable()] : [];
  const mdastExtensions = hasTable ? [gfmTableFromMarkdown()] : [];
  const [imports = ''] = syntax === 'mdx' ? (leadingImports.exec(markdown) ?? []) : [];
  const body = markdown.slice(imports.length);
  if (syntax === 'mdx' && !hasLongModule(body)) {
    try {
      return fromMarkdown(body, {
        extensions: [...extensions, mdxjs()],
        mdastExtensions: [...mdastExtensions, mdxFromMarkdown()],
      });
    } catch {
      // HTML comments and links in `<>` are Markdown but no MDX; authors use them all the same.
    }
  }
  return fromMarkdown(body, { extensions, mdastExtensions });
}

const leadingImports = /^(?:\s*import[ \t][^\n]*['"];?[ \t]*\r?\n)+/;

/** A module may go on over empty lines, and the parser tries anew at each of them. */
function hasLongModule(mdx: string): boolean {
  const start = mdx.search(/^(?:import|export)\b/m);
  return start >= 0 && (mdx.length - start) * mdx.slice(start).split(/\n\r?\n/).length > 5_000_000;
}

function cut(parts: readonly Part[]): { title: string; sections: Section[] } {
  const slugger = new GithubSlugger();
  const open: { depth: number; heading: string }[] = [];
  const sections = [emptySection('', '', [])];
  let title = '';
  for (const part of parts) {
    if (!('heading' in part)) {
      const section = sections.at(-1)!;
      section.text = join(section.text, part.text);
      section.code = join(section.code, part.code);
      continue;
    }
    const { heading, explicit } = splitAnchor(part.heading);
    while (open.length > 0 && open.at(-1)!.depth >= part.depth) open.pop();
    const trail = open.map((above) => above.heading);
    // Docusaurus counts headings with an anchor in HTML, too.
    const slug = explicit ?? slugger.slug(heading);
    sections.push(emptySection(explicit ?? part.anchor ?? slug, heading, trail));
    if (part.depth === 1 && title === '') title = heading;
    else open.push({ depth: part.depth, heading });
  }
  const [preamble, ...rest] = sections;
  return { title, sections: preamble!.text || preamble!.code ? sections : rest };
}

function emptySection(anchor: string, heading: string, trail: string[]): Section {
  return { anchor, heading, trail, text: '', code: '', testcases: [] };
}

/** `Long title {#short}` */
function splitAnchor(heading: string): { heading: string; explicit?: string } {
  const start = heading.lastIndexOf('{#');
  const [, explicit] = start < 0 ? [] : (/^\{#([^}]+)\}$/.exec(heading.slice(start)) ?? []);
  return explicit === undefined ? { heading } : { heading: heading.slice(0, start).trimEnd(), explicit };
}

/** Headings inside of tabs, lists and quotes have anchors like all others. */
function partsOf(nodes: readonly Content[]): Part[] {
  return nodes.flatMap((node) => {
    if (node.type === 'heading') return [headingPart(node)];
    if (holdsHeading(node)) return [{ text: attributesOf(node), code: '' }, ...partsOf(node.children)];
    return isModuleLine(node) ? [] : [{ text: prose(node).trim(), code: fencedCode(node) }];
  });
}

function holdsHeading(node: Content): node is Extract<Content, { children: unknown[] }> {
  if (!('children' in node) || node.type === 'paragraph' || node.type === 'table') return false;
  return node.children.some((child) => child.type === 'heading' || holdsHeading(child));
}

function headingPart({ depth, children }: Heading): Part {
  const words = children.filter(({ type }) => type !== 'html');
  const heading = { depth, heading: toString(words).trim() };
  const anchor = children.map(anchorOf).find((id) => id !== undefined);
  return anchor === undefined ? heading : { ...heading, anchor };
}

/** The id of `<a id="…">`. */
function anchorOf(node: Content): string | undefined {
  if (node.type === 'html') return /^<a\s[^>]*?\b(?:id|name)=["']([^"']+)["']/.exec(node.value)?.[1];
  if (node.type !== 'mdxJsxTextElement' || node.name !== 'a') return undefined;
  return valueOf(node, 'id') || valueOf(node, 'name') || undefined;
}

/** `import` and `export` lines of MDX are for the browser. */
function isModuleLine(node: Content): boolean {
  return node.type === 'paragraph' && /^(import\s.*from\s|export\s+(const|default)\s)/.test(toString(node));
}

/** The words of a block; those of different blocks and cells do not run together. */
function prose(node: Content): string {
  if (node.type === 'html') return htmlText(node.value);
  if (node.type === 'code') return /\btitle="([^"]*)"/.exec(node.meta ?? '')?.[1] ?? '';
  if (node.type === 'mdxjsEsm') return '';
  if (node.type === 'mdxFlowExpression' || node.type === 'mdxTextExpression') return literal(node.value);
  if ('value' in node) return node.value;
  if (node.type === 'image') return node.alt ?? '';
  if (!('children' in node)) return node.type === 'break' ? ' ' : '';
  const texts = [attributesOf(node), ...node.children.map(prose)].filter((text) => text !== '');
  if (node.type === 'paragraph') return withoutMarkers(texts.join(''));
  return texts.join(node.type === 'tableRow' ? ' | ' : blocks.has(node.type) ? '\n' : '');
}

const blocks: ReadonlySet<string> = new Set(['list', 'listItem', 'blockquote', 'table', 'mdxJsxFlowElement']);

/** Admonitions (`:::note Title`, `[!NOTE]`) leave their title, if they have one. */
function withoutMarkers(paragraph: string): string {
  if (!/:::|\[!/.test(paragraph)) return paragraph;
  return paragraph
    .replace(/^[ \t]*:{3,}(?:[a-z]+(?:\[([^\]\n]*)\]|[ \t]+([^\n{]*))?)?.*$/gm, '$1$2')
    .replace(/^\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]/, '')
    .trim();
}

const readable = ['title', 'subtitle', 'heading', 'label', 'summary', 'description', 'caption', 'alt'];

/** What people read of the attributes of a component. */
function attributesOf(node: Content): string {
  if (node.type !== 'mdxJsxFlowElement' && node.type !== 'mdxJsxTextElement') return '';
  const text = readable.map((name) => valueOf(node, name)).filter(Boolean);
  return node.type === 'mdxJsxTextElement' && text.length > 0 ? ` ${text.join(' ')} ` : text.join('\n');
}

function valueOf({ attributes }: Element, wanted: string): string {
  const attribute = attributes.find(
    (candidate) => candidate.type === 'mdxJsxAttribute' && candidate.name === wanted,
  );
  const value = attribute?.value;
  return typeof value === 'string' ? value : literal(value?.value ?? '');
}

/** An expression is code, unless it is nothing but a text: `{' '}`. */
function literal(expression: string): string {
  return /^\s*(["'`])((?:(?!\1)[^\\$])*)\1\s*$/.exec(expression)?.[2] ?? '';
}

const attribute = /\s(?:title|label|summary|alt)=(?:"([^"]*)"|'([^']*)')/g;

function htmlText(html: string): string {
  if (/^<br\b/i.test(html)) return ' ';
  return html
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/<[^>]*>/g, (tag) =>
      [' ', ...Array.from(tag.matchAll(attribute), ([, a, b]) => a ?? b)].join(' '),
    )
    .trim();
}

/** Code blocks inside lists and quotes. */
function fencedCode(node: Content): string {
  if (node.type === 'code') return node.value;
  return 'children' in node ? node.children.map(fencedCode).reduce(join, '') : '';
}

const join = (before: string, more: string): string =>
  before && more ? `${before}\n${more}` : before || more;
