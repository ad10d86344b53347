/** Why a chart could not be rendered: one line with chart, cause and remedy. */
export class HelmError extends Error {
  override name = 'HelmError';
  readonly reason:
    | 'no-chart'
    | 'invalid-chart'
    | 'dependencies'
    | 'template'
    | 'values'
    | 'timeout'
    | 'too-large'
    | 'random-names'
    | 'unavailable';
  constructor(reason: HelmError['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** What Helm wrote to its standard error, as one line that names the chart. `hide` takes secrets out of it. */
export function failureOf(chart: string, stderr: string, hide: (text: string) => string): HelmError {
  const text = withoutNoise(stderr);
  const say = (reason: HelmError['reason'], message: string) =>
    new HelmError(reason, `chart ${chart}: ${shorten(hide(message))}`);

  const missing = /missing in charts\/ directory: (.+)/.exec(text)?.[1];
  if (missing !== undefined) {
    return say(
      'dependencies',
      `its dependencies are not packed with it: ${missing}; run "helm dependency build" and package it again`,
    );
  }
  const values = /^failed to parse -: ([^]*)/.exec(text)?.[1];
  if (values !== undefined) return say('values', `its values are no YAML mapping (${yamlCause(values)})`);
  if (text.startsWith("values don't meet the specifications")) {
    const problems = [...text.matchAll(/^- (.+)$/gm)].map(([, problem = '']) => withoutSubject(problem));
    return say('values', `its values do not fit its schema: ${problems.join('; ')}`);
  }
  const version = /chart requires kubeVersion: (.*) which is incompatible with Kubernetes (\S+)/.exec(text);
  if (version)
    return say('invalid-chart', `it wants Kubernetes ${version[1]}, and is for ${version[2]} here`);
  if (unreadable.test(text)) {
    return say('invalid-chart', `cannot be read (${withoutPaths(text)}); package it again`);
  }
  const yaml = /YAML parse error on (\S+): ([^]*)/.exec(text);
  if (yaml) {
    const [, file = '', cause = ''] = yaml;
    return say('template', `${inChart(file)} gives no YAML of an object (${yamlCause(cause)})`);
  }
  return say('template', templateCause(text));
}

const unreadable =
  /^(?:validation:|cannot load|unable to (?:detect|load) chart|file '.*' does not appear|Chart\.yaml file is missing|chart metadata|gzip:|(?:unexpected )?EOF|archive\/tar|illegally|chart illegally|release name|invalid kube version)/i;

function withoutNoise(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !/^(?:level=\w+ |time=|WARNING: |walk\.go:|Use --debug flag)/.test(line))
    .join('\n')
    .replace(/^[^]*?^Error: /m, '')
    .trim();
}

/** The innermost place and reason of an error that was passed on through includes. */
function templateCause(text: string): string {
  const stated = /^(?:execution|parse) error at \((\S+?):(\d+)(?::\d+)?\): ([^]*)/.exec(text);
  if (stated) return `${inChart(stated[1] ?? '')} line ${stated[2]}: ${stated[3]}`;
  const place = [...text.matchAll(/([\w./-]+\.[\w]+):(\d+)(?::\d+)?/g)].at(-1);
  const at = [...text.matchAll(/ at <([^]*?)>:\s*/g)].at(-1);
  const rest = at ? text.slice(at.index + at[0].length) : text;
  const cause = rest.replace(/^(?:error calling \w+:\s*)+/, '');
  const where = place ? `${inChart(place[1] ?? '')} line ${place[2]}: ` : '';
  return `${where}${cause}${at ? ` (at {{ ${at[1]} }})` : ''}`;
}

/** Where the error of a text that was executed with `tpl` is, and what it is. */
export function textFailure(stderr: string): HelmError {
  const text = withoutNoise(stderr).replace(/^execution error at \(\S+\): /, '');
  const [, line, inner = text] = /^[^]*gotpl:(\d+)(?::\d+)?: ([^]*)/.exec(text) ?? [];
  const at = [...inner.matchAll(/ at <([^]*?)>:\s*/g)].at(-1);
  const cause = (at ? inner.slice(at.index + at[0].length) : inner).replace(
    /^(?:error calling \w+:\s*)+/,
    '',
  );
  const where = line === undefined ? '' : ` in line ${line}`;
  return new HelmError(
    'template',
    `the template fails${where}: ${shorten(cause)}${at ? ` (at {{ ${shorten(at[1] ?? '')} }})` : ''}`,
  );
}

/** Without the chart's name in front, which the message has already; sub charts keep theirs. */
const inChart = (path: string) => path.replace(/^[^/]+\/(?=.)/, '');

/** go-yaml's own words, without the layers around them. */
function yamlCause(text: string): string {
  const kind = /json: cannot unmarshal (\w+) into Go value/.exec(text)?.[1];
  if (kind !== undefined) return `it is ${kind === 'array' ? 'a list' : `a ${kind}`}`;
  return text.replace(/^[^]*yaml: /, '');
}

/** JSON schema errors begin with the value that does not match, which may be a secret. */
const withoutSubject = (problem: string) =>
  problem.replace(/: '.*' (does not match|is not valid)/, ': the value $1');

const withoutPaths = (text: string) => text.replace(/'?(?:\/[\w.@+-]+)+\/([\w.@+-]+)'?/g, '$1');

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
