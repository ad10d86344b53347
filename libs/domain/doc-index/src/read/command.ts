import GithubSlugger from 'github-slugger';
import { aSection, lines, type Outline } from './outline.ts';

const usage = /^[ \t]*usage:?(?=\s|$)[ \t]*/i;

/** What a command prints when it is asked for help; nothing for a text without a line `Usage:`. */
export function readCommand(text: string): Outline[] {
  const all = text.split(/\r?\n/);
  const at = all.findIndex((line) => /^[ \t]*usage:/i.test(line) || line.trim() === 'USAGE');
  if (at < 0) return [];
  const { synopsis, below } = cutSynopsis(all[at]!, all.slice(at + 1));
  if (synopsis.length === 0) return [];
  const preamble = all.slice(0, at).map((line) => line.trim());
  return [
    {
      name: '',
      kind: 'command',
      title: commandName(synopsis[0]!),
      description: firstParagraph(preamble),
      sections: [
        ...(preamble.some(Boolean) ? [aSection({ text: lines(preamble) })] : []),
        aSection({ anchor: 'usage', heading: 'Usage', code: lines(synopsis) }),
        ...sectionsOf(below),
      ],
    },
  ];
}

/** How a command is used stands behind `Usage:` on the same line and in the indented lines below. */
function cutSynopsis(usageLine: string, below: readonly string[]): { synopsis: string[]; below: string[] } {
  const first = usageLine.replace(usage, '').trim();
  const start = first === '' ? below.findIndex((line) => line !== '') : 0;
  const end = below.findIndex((line, index) => index >= start && !/^\s/.test(line));
  const indented = below.slice(0, end < 0 ? undefined : end).map((line) => line.trim());
  return {
    synopsis: [first, ...indented].filter((line) => line !== ''),
    below: end < 0 ? [] : below.slice(end),
  };
}

function firstParagraph(text: readonly string[]): string {
  const start = text.findIndex((line) => line !== '');
  const end = text.indexOf('', start);
  return start < 0 ? '' : text.slice(start, end < 0 ? undefined : end).join(' ');
}

/** `csctl create` of `csctl create PATH [flags]`: up to what one has to fill in. */
function commandName(synopsis: string): string {
  const words = synopsis.split(/\s+/);
  const end = words.findIndex((word) => !/^[a-z./][\w./-]*$/.test(word));
  return words.slice(0, end < 0 ? undefined : Math.max(end, 1)).join(' ');
}

/** A heading is a line that is not indented and ends in a colon, or is written in capitals. */
function sectionsOf(below: readonly string[]): Outline['sections'] {
  const slugger = new GithubSlugger();
  slugger.slug('usage');
  const parts: { heading: string; body: string[] }[] = [{ heading: '', body: [] }];
  for (const line of below) {
    const heading = /^\S.*:$/.test(line)
      ? line.slice(0, -1)
      : /^[A-Z][A-Z -]+$/.test(line)
        ? line
        : undefined;
    if (heading === undefined) parts.at(-1)!.body.push(line.trim());
    else parts.push({ heading, body: [] });
  }
  return parts
    .map(({ heading, body }) =>
      aSection({ anchor: slugger.slug(heading || 'more'), heading, text: lines(body) }),
    )
    .filter(({ text }) => text !== '');
}
