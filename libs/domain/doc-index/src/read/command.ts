import GithubSlugger from 'github-slugger';
import { aSection, lines, type Outline } from './outline.ts';

const usage = /^[ \t]*usage:?(?=\s|$)[ \t]*/i;

/** What a command prints when it is asked for help; nothing for a text without a line `Usage:`. */
export function readCommand(text: string): Outline[] {
  const all = text.split(/\r?\n/);
  const at = all.findIndex((line) => /^[ \t]*usage:/i.test(line) || line.trim() === 'USAGE');
  if (at < 0) return [];
  const synopsis = synopsisOf(all, at);
  const title = commandName(synopsis[0] ?? '');
  if (title === '') return [];
  const preamble = all.slice(0, at).map((line) => line.trim());
  const blank = preamble.findIndex((line, index) => line === '' && index > 0);
  return [
    {
      name: '',
      kind: 'command',
      title,
      description: preamble
        .slice(0, blank < 0 ? undefined : blank)
        .join(' ')
        .trim(),
      sections: [
        ...(preamble.some(Boolean) ? [aSection({ text: lines(...preamble) })] : []),
        aSection({ anchor: 'usage', heading: 'Usage', code: lines(...synopsis) }),
        ...sectionsOf(all.slice(at + 1 + offsetOf(all[at]!, synopsis))),
      ],
    },
  ];
}

/** Behind `Usage:` on the same line, and the indented lines below. */
function synopsisOf(all: readonly string[], at: number): string[] {
  const first = all[at]!.replace(usage, '').trim();
  const below = all.slice(at + 1);
  const end = below.findIndex(
    (line, index) => !/^\s/.test(line) && (line !== '' || index > 0 || first !== ''),
  );
  const indented = (end < 0 ? below : below.slice(0, end)).map((line) => line.trim());
  return [first, ...indented].filter((line) => line !== '');
}

/** How many lines below `Usage:` belong to it. */
const offsetOf = (usageLine: string, synopsis: readonly string[]): number =>
  synopsis.length - (usageLine.replace(usage, '').trim() === '' ? 0 : 1);

/** `csctl create` of `csctl create PATH [flags]`: up to what one has to fill in. */
function commandName(synopsis: string): string {
  const words = synopsis.split(/\s+/);
  const end = words.findIndex((word) => !/^[a-z][\w.-]*$/.test(word));
  return words.slice(0, end < 0 ? undefined : end).join(' ');
}

/** A heading is a line that is not indented and ends in a colon, or is written in capitals. */
function sectionsOf(below: readonly string[]): Outline['sections'] {
  const slugger = new GithubSlugger();
  slugger.slug('usage');
  const sections = [aSection({ anchor: slugger.slug('more'), heading: '' })];
  for (const line of below) {
    const heading = /^\S.*:$/.test(line)
      ? line.slice(0, -1)
      : /^[A-Z][A-Z -]+$/.test(line)
        ? line
        : undefined;
    if (heading === undefined) sections.at(-1)!.text = lines(sections.at(-1)!.text, line.trim());
    else sections.push(aSection({ anchor: slugger.slug(heading), heading }));
  }
  return sections.filter(({ text }) => text !== '');
}
