/** Which files a chart leaves out of its archive, by the rules of Helm's `.helmignore`: glob patterns as in Go's filepath.Match. */
export interface IgnoreRules {
  ignores(path: string, isFolder: boolean): boolean;
}

interface Rule {
  matches: (path: string) => boolean;
  negated: boolean;
  foldersOnly: boolean;
}

/** Editors' and hidden files among the templates never belong to a chart. */
const always = 'templates/.?*';

/** Reads a `.helmignore`. Throws for patterns with `**`, as Helm does. */
export function parseHelmIgnore(text: string): IgnoreRules {
  const rules = [...text.split('\n').map((line) => line.trim()), always]
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(readRule);
  return {
    ignores: (path, isFolder) => {
      for (const { matches, negated, foldersOnly } of rules) {
        // Helm's reading of a negation: what it does not match is left out.
        if (negated && ((foldersOnly && !isFolder) || !matches(path))) return true;
        if (!negated && (isFolder || !foldersOnly) && matches(path)) return true;
      }
      return false;
    },
  };
}

function readRule(line: string): Rule {
  if (line.includes('**'))
    throw new Error(`has the pattern "${line}"; Helm does not know **, name each folder`);
  const negated = line.startsWith('!');
  let pattern = negated ? line.slice(1) : line;
  const foldersOnly = pattern.endsWith('/');
  if (foldersOnly) pattern = pattern.slice(0, -1);
  const rooted = pattern.startsWith('/');
  const expression = globExpression(rooted ? pattern.slice(1) : pattern);
  const whole = rooted || pattern.includes('/');
  return {
    negated,
    foldersOnly,
    matches: (path) => expression.test(whole ? path : path.slice(path.lastIndexOf('/') + 1)),
  };
}

function globExpression(pattern: string): RegExp {
  const source = pattern.replace(
    /\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|([*?])|([.+^${}()|[\]\\/])/g,
    (_, escaped?: string, not?: string, set?: string, wild?: string, other?: string) => {
      if (set !== undefined) return `[${not}${set.replace(/[[\]]/g, '\\$&')}]`;
      if (wild !== undefined) return wild === '*' ? '[^/]*' : '[^/]';
      return (escaped ?? other ?? '').replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
    },
  );
  return new RegExp(`^${source}$`, 's');
}
