import { stopWords } from './synonyms.ts';
import { germanFunctionWords } from './german-words.ts';
import { termsOf, words } from './tokens.ts';

/** A query that was asked, and how it went. */
export interface AskedQuery {
  query: string;
  count: number;
  /** How often its result was poor. */
  poor: number;
  /** Page that most often stood first. */
  topPage: string | undefined;
}

/** Questions without a good answer that belong together. */
export interface MissingTopic {
  /** Words that its queries share. */
  words: string[];
  count: number;
  /** Most frequent first. */
  queries: string[];
  nearestPage: string | undefined;
}

interface Poor extends AskedQuery {
  /** Stems that say what it is about, with a spelling of each. */
  stems: ReadonlyMap<string, string>;
}

/** A word in more than this share of the queries says nothing about one of them. */
const mostCommon = 0.1;
/** Of few queries any word may be shared by so many. */
const fewQueries = 5;
const mostShown = 10;

/** What documentation is missing, most wanted first: poor queries that share a word, the most asked words first; each query once. */
export function missingTopics(queries: readonly AskedQuery[]): MissingTopic[] {
  const poor = queries
    .filter((query) => query.poor > 0)
    .map((query): Poor => ({ ...query, stems: stemsOf(query.query) }))
    // Signs alone are no topic.
    .filter(({ stems }) => stems.size > 0)
    .toSorted((a, b) => b.poor - a.poor);
  const byStem = new Map<string, Poor[]>();
  for (const query of poor) {
    for (const stem of query.stems.keys()) {
      const having = byStem.get(stem);
      if (having) having.push(query);
      else byStem.set(stem, [query]);
    }
  }
  const limit = Math.max(fewQueries, poor.length * mostCommon);
  const open = new Set(poor);
  const groups: Poor[][] = [];
  for (const having of [...byStem.values()].toSorted((a, b) => wanted(b) - wanted(a))) {
    const group = having.filter((query) => open.has(query));
    if (group.length < 2 || having.length > limit) continue;
    groups.push(group);
    for (const query of group) open.delete(query);
  }
  for (const query of open) groups.push([query]);
  return groups.map(toTopic).toSorted((a, b) => b.count - a.count);
}

const wanted = (group: readonly Poor[]): number => group.reduce((sum, { poor }) => sum + poor, 0);

function stemsOf(query: string): Map<string, string> {
  const stems = new Map<string, string>();
  for (const { text } of words(query)) {
    const { ids, parts } = termsOf(text);
    for (const id of ids.slice(0, 1)) stems.set(id, id);
    const names = text.match(/[\p{L}\p{N}]+/gu) ?? [];
    for (const [number, part] of parts.entries()) {
      const spelling = (names.length === parts.length ? names[number]! : part).toLowerCase();
      if (part.length > 1 && !stopWords.has(spelling) && !germanFunctionWords.has(spelling))
        stems.set(part, spelling);
    }
  }
  return stems;
}

function toTopic(group: readonly Poor[]): MissingTopic {
  const [first, ...others] = group;
  const shared = [...first!.stems].filter(([stem]) => others.every(({ stems }) => stems.has(stem)));
  const pages = new Map<string, number>();
  for (const { topPage, poor } of group) {
    if (topPage !== undefined) pages.set(topPage, (pages.get(topPage) ?? 0) + poor);
  }
  return {
    words: shared.map(([, spelling]) => spelling),
    count: wanted(group),
    queries: group.slice(0, mostShown).map(({ query }) => query),
    nearestPage: [...pages].toSorted((a, b) => b[1] - a[1])[0]?.[0],
  };
}

const longestKept = 500;

/** A query as it may be kept: without what looks like a secret, an address, an id or a person, in one spelling. */
export function keepable(query: string): string {
  let kept = query
    .slice(0, 4 * longestKept)
    .normalize('NFC')
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ');
  for (const [pattern, placeholder] of personal) kept = kept.replace(pattern, placeholder);
  return kept.toLowerCase().replace(/ +/g, ' ').trim().slice(0, longestKept).trim();
}

/** In this order: a URL may hold a password, a token an id. */
const personal: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z\d+.-]{1,20}:\/\/)[^\s/@]{1,200}@/gi, '$1<secret>@'],
  [/-----BEGIN [^-]{1,60}-----.*/g, '<secret>'],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, '<secret>'],
  [
    /\b((?:[\w-]{0,40}(?:password|passwd|passwort|kennwort|secret|api[_-]?key|access[_-]?key))|pwd|token|x-auth-token)(["']?\s{0,3}[=:]\s{0,3})(?:"[^"]{0,500}"|'[^']{0,500}'|[^\s,;&]{1,500})/gi,
    '$1$2<secret>',
  ],
  [/\b(bearer|basic|token|password|passwort|kennwort) (?=\S{0,200}[\d_+/=!$%&*~-])\S{8,}/gi, '$1 <secret>'],
  [/\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g, '<secret>'],
  [/\b(?:gh[pousr]|glpat|github_pat|xox[abp])[_-][\w-]{10,}/g, '<secret>'],
  [/[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, '<email>'],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, '<uuid>'],
  [/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)(?:\/\d{1,2})?/g, '<ip>'],
  [
    /(?<![\w:])(?:[\da-f]{1,4}:){3,7}[\da-f]{1,4}(?![\w:])|(?<![\w:])(?:[\da-f]{1,4}:){1,6}:(?:[\da-f]{1,4}(?::[\da-f]{1,4}){0,5})?(?![\w:])/gi,
    '<ip>',
  ],
  [/(?:\/(?:home|Users)\/|[A-Za-z]:\\Users\\)[^\s/\\"']{1,100}/g, '<home>'],
  [/\b[\da-f]{20,}\b/gi, '<hex>'],
  [
    /(?<![\w+/=-])(?=[\w+/-]{0,200}\d)(?=[\w+/-]{0,200}[A-Z])(?=[\w+/-]{0,200}[a-z])[A-Za-z\d+/_-]{24,}={0,2}/g,
    '<secret>',
  ],
];
