/** Longer lines are cut into pieces, which overlap: a message may stand where they are cut. */
const longestLine = 1000;
const overlap = 200;

/**
 * The lines of a pasted log, each once, as somebody would read them: without colours, timestamps and levels. Of a line of JSON its
 * strings. Time is linear in the text.
 */
export function logLines(text: string): string[] {
  const lines = new Set<string>();
  for (const raw of text.replace(colours, '').split(lineEnds)) {
    for (const line of stringsOf(raw) ?? [raw]) {
      for (const piece of line.split(lineEnds)) {
        const clean = withoutPrefix(piece.replace(/[\s\p{Cc}]+/gu, ' ').trim());
        for (let at = 0; at === 0 || at + overlap < clean.length; at += longestLine - overlap)
          lines.add(clean.slice(at, at + longestLine));
      }
    }
  }
  return [...lines];
}

/** Sequences that steer terminals. */
const colours = /[\p{Cc}--[\n\r]]\[[\d;?]*[ -\/]*[@-~]/gv;
/** Some logs write `\n` for it. */
const lineEnds = /\r\n|[\n\r\u2028\u2029]|\\r\\n|\\n/;

/** All strings in the JSON object that a line ends with; undefined where it has none. */
function stringsOf(line: string): string[] | undefined {
  const start = line.indexOf('{"');
  if (start === -1 || !line.trimEnd().endsWith('}')) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(line.slice(start));
  } catch {
    return undefined;
  }
  const strings: string[] = [];
  const open = [document];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') strings.push(value);
    else if (typeof value === 'object' && value !== null) open.push(...Object.values(value).slice(0, 100));
  }
  return strings.toReversed();
}

/** What loggers write before a message: time, level, thread, module. */
const prefix =
  /(?:\d[\d:.,TZ/+-]{5,40}|\[[^\][]{0,60}\]|(?:CRITICAL|FATAL|ERROR|WARN(?:ING)?|INFO|DEBUG)\b:?|(?:critical|fatal|error|warn(?:ing)?|info|debug):|[*+]{3}|[-|>:]) ?/y;

function withoutPrefix(line: string): string {
  prefix.lastIndex = 0;
  let at = 0;
  while (prefix.test(line)) at = prefix.lastIndex;
  prefix.lastIndex = 0;
  return line.slice(at);
}
