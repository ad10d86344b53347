import { buildIndex, pagesOf, type DocIndex } from './build-index.ts';
import type { Translator } from './german.ts';
import { logLines } from './log-lines.ts';
import { compilePattern, fold, matchPattern, wordsOf, type Pattern } from './message-pattern.ts';
import type { Page, Section, State, Testcase } from './page.ts';
import { search, type Hit } from './search.ts';
import { cutSnippet, wantedTerms } from './snippet.ts';
import { statesOn } from './state.ts';
import { stem, words } from './tokens.ts';

/** A test case that a text speaks of, and where it is explained. */
export interface ResolvedError {
  testcase: string;
  description: string;
  /** The line of the text that told it. */
  line: string;
  /** The message that tests print; undefined where the id itself stood in the text. */
  message: string | undefined;
  /** What stood in the places of the message's values, in order. */
  values: string[];
  /** 0 to 1. */
  confidence: number;
  /** Id of the standard, e.g. `scs-0115-v1`. */
  standard: string | undefined;
  explanation: Hit | undefined;
  remedy: Hit | undefined;
}

/** What a line says of a test case. */
interface Sign {
  id: string;
  line: string;
  pattern: Pattern | undefined;
  values: string[];
  confidence: number;
}

const longestText = 100_000;
const mostErrors = 10;

/** Leads from a pasted error, with all its values, to test case, standard and remedy; best first. */
export function resolveError(
  index: DocIndex,
  text: string,
  options: { asOf: string; translator?: Translator },
): ResolvedError[] {
  const catalogue = catalogueOf(index);
  const signs = new Map<string, Sign>();
  const passed = new Set<string>();
  for (const line of logLines(text.slice(0, longestText))) {
    for (const sign of readLine(line, catalogue, passed)) {
      const known = signs.get(sign.id);
      if (!known || isBetter(sign, known)) signs.set(sign.id, sign);
    }
  }
  const states = statesOn(pagesOf(index), options.asOf);
  return [...signs.values()]
    .filter(({ id, pattern }) => pattern !== undefined || !passed.has(id))
    .toSorted((a, b) => b.confidence - a.confidence)
    .slice(0, mostErrors)
    .map((sign) => explain(sign, catalogue.testcases.get(sign.id)!, index, states, options));
}

/** A message says more than an id of the same certainty. */
const isBetter = (sign: Sign, known: Sign): boolean =>
  sign.confidence > known.confidence ||
  (sign.confidence === known.confidence && sign.pattern !== undefined && known.pattern === undefined);

interface Explained {
  testcase: Testcase;
  page: Page;
  section: Section;
}

interface Known {
  pattern: Pattern;
  testcases: string[];
  /** Of all its words; set when all messages are known. */
  rarity: number;
}

/** What is looked for in lines, made once for an index. */
interface Catalogue {
  testcases: ReadonlyMap<string, Explained>;
  /** Ids by their first two words, longest first. */
  ids: ReadonlyMap<string, { id: string; text: string }[]>;
  /** Messages by their words. */
  byWord: ReadonlyMap<string, Known[]>;
}

const catalogues = new WeakMap<DocIndex, Catalogue>();

function catalogueOf(index: DocIndex): Catalogue {
  const made = catalogues.get(index);
  if (made) return made;
  const testcases = new Map<string, Explained>();
  const byMessage = new Map<string, Known>();
  for (const page of pagesOf(index)) {
    for (const section of page.sections) {
      for (const testcase of section.testcases) {
        testcases.set(testcase.id, { testcase, page, section });
        for (const message of testcase.messages) {
          const known = byMessage.get(message) ?? {
            pattern: compilePattern(message),
            testcases: [],
            rarity: 0,
          };
          byMessage.set(message, known);
          if (!known.testcases.includes(testcase.id)) known.testcases.push(testcase.id);
        }
      }
    }
  }
  const ids = Map.groupBy(
    [...testcases.keys()]
      .map((id) => ({ id, text: `${dashed(id)}-` }))
      .toSorted((a, b) => b.text.length - a.text.length),
    ({ text }) => text.split('-').slice(0, 2).join('-'),
  );
  const byWord = new Map<string, Known[]>();
  for (const known of byMessage.values()) {
    for (const word of known.pattern.words) byWord.set(word, [...(byWord.get(word) ?? []), known]);
  }
  for (const known of byMessage.values()) {
    known.rarity = known.pattern.words.reduce((sum, word) => sum + rarity(byWord.get(word)!), 0);
  }
  const catalogue = { testcases, ids, byWord };
  catalogues.set(index, catalogue);
  return catalogue;
}

/** A word that many messages have tells little. */
const rarity = (having: readonly Known[]): number => 1 / Math.sqrt(having.length);

/** What one line says. Ids of test cases that it calls passed go to `passed`. */
function readLine(line: string, catalogue: Catalogue, passed: Set<string>): Sign[] {
  const folded = fold(line);
  const ids = idsIn(folded, catalogue);
  if (/\bpass(ed)?\b/.test(folded) && !/\bfail/.test(folded)) {
    for (const id of ids) passed.add(id);
    return [];
  }
  const confidence = /\b(fail|failed|failure|abort|aborted|error)\b/.test(folded) ? 1 : 0.9;
  return [
    ...ids.map((id) => ({ id, line, pattern: undefined, values: [], confidence })),
    ...messagesIn(line, folded, catalogue),
  ];
}

/** `SCS 115 default_rules` is `scs-0115-default-rules`. */
const dashed = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\bscs[-_ ]?(\d{3,4})(?=[-_ ])/g, (_, number: string) => `scs-${number.padStart(4, '0')}`)
    .replace(/[^a-z0-9]+/g, '-');

/** The test cases whose ids a line has, in any spelling. */
function idsIn(folded: string, { ids }: Catalogue): string[] {
  const text = `${dashed(folded)}-`;
  const found = new Set<string>();
  for (let at = 0; ;) {
    const next = text.indexOf('-', at);
    const end = next === -1 ? -1 : text.indexOf('-', next + 1);
    if (end === -1) return [...found];
    const known = ids.get(text.slice(at, end))?.find((one) => text.startsWith(one.text, at));
    if (known) found.add(known.id);
    at = known ? at + known.text.length : next + 1;
  }
}

/** Of a message so much of its words, each by its rarity, must stand in a line to be looked for as a whole, even if cut off. */
const leastShared = 0.4;
/** And so much to be recognized in other words. */
const leastAlike = 0.6;
/** One of these words at least must then be in no more messages than that. */
const mostRare = 12;

/** The messages that a line has, the most specific ones alone: as wholes, else by their rare words. */
function messagesIn(line: string, folded: string, { byWord }: Catalogue): Sign[] {
  const given = new Set(wordsOf(folded));
  const shared = new Map<Known, number>();
  for (const word of given) {
    const having = byWord.get(word);
    if (!having) continue;
    const worth = rarity(having);
    for (const known of having) shared.set(known, (shared.get(known) ?? 0) + worth);
  }
  const candidates = [...shared]
    .map(([known, worth]) => ({ known, share: worth / known.rarity }))
    .filter(({ share }) => share >= leastShared);
  const whole = candidates.flatMap(({ known }) => {
    const match = matchPattern(known.pattern, line, folded);
    return match
      ? [{ known, values: match.values, confidence: match.share === 1 ? 1 : match.share * 0.9 }]
      : [];
  });
  if (whole.length > 0) {
    return signs(
      highest(whole, ({ confidence, known }) => confidence * known.pattern.weight),
      line,
    );
  }
  const isTelling = (word: string): boolean => given.has(word) && (byWord.get(word)?.length ?? 0) <= mostRare;
  const alike = candidates
    .filter(({ known, share }) => share >= leastAlike && known.pattern.words.some(isTelling))
    .map(({ known, share }) => ({ known, values: [], confidence: share * 0.8 }));
  return signs(
    highest(alike, ({ confidence }) => confidence),
    line,
  );
}

function highest<T>(list: readonly T[], points: (one: T) => number): T[] {
  const top = list.reduce((most, one) => Math.max(most, points(one)), 0);
  return list.filter((one) => points(one) === top);
}

/** What several test cases print does not tell which. */
function signs(
  found: readonly { known: Known; values: string[]; confidence: number }[],
  line: string,
): Sign[] {
  return found.flatMap(({ known: { pattern, testcases }, values, confidence }) =>
    testcases.map((id) => ({
      id,
      line,
      pattern,
      values,
      confidence: confidence / Math.sqrt(testcases.length * found.length),
    })),
  );
}

function explain(
  { id, line, pattern, values, confidence }: Sign,
  { testcase, page, section }: Explained,
  index: DocIndex,
  states: ReadonlyMap<string, State>,
  options: { asOf: string; translator?: Translator },
): ResolvedError {
  const standard = inForce(page, index, states);
  return {
    testcase: id,
    description: testcase.description,
    line,
    message: pattern?.message,
    values,
    confidence: Math.round(confidence * 100) / 100,
    standard: (standard ?? page).standard?.id,
    explanation: toHit(page, section, testcase.description, states),
    remedy: standard && remedy(standard, testcase, pattern?.message ?? '', states, options),
  };
}

/** The version of a standard that counts: of those in force the newest, else of the drafts, else of the deprecated ones. */
function inForce(page: Page, index: DocIndex, states: ReadonlyMap<string, State>): Page | undefined {
  const order: (State | undefined)[] = ['effective', 'draft', 'deprecated', undefined];
  const version = ({ standard }: Page): number => Number(standard?.version.slice(1));
  return pagesOf(index)
    .filter(
      ({ standard }) => standard?.family === page.standard?.family && standard?.supplements.length === 0,
    )
    .toSorted(
      (a, b) => order.indexOf(states.get(a.id)) - order.indexOf(states.get(b.id)) || version(b) - version(a),
    )[0];
}

/** The section of a standard that says what a test case asks for: the best for its words that demands something. */
function remedy(
  page: Page,
  { description }: Testcase,
  message: string,
  states: ReadonlyMap<string, State>,
  options: { asOf: string; translator?: Translator },
): Hit | undefined {
  const own = ownIndexes.get(page) ?? buildIndex([page]);
  ownIndexes.set(page, own);
  const { hits, match } = search(own, `${description} ${message.replaceAll('{}', ' ')}`, {
    ...options,
    limit: 50,
  });
  const byPlace = new Map(page.sections.map((section) => [section.anchor, section]));
  const [best] = hits
    .map((hit) => ({ hit, score: hit.score * demand(hit, byPlace.get(hit.anchor)) }))
    .toSorted((a, b) => b.score - a.score);
  if (best && match === 'words') return best.hit;
  const [section] = page.sections;
  return section && toHit(page, section, description, states);
}

/** A standard alone: what is rare in it tells its sections apart. */
const ownIndexes = new WeakMap<Page, DocIndex>();

/** A factor for how much a section is a rule, and no story about it. */
function demand({ trail }: Hit, section: Section | undefined): number {
  if (/example|motivation|introduction|consider|rationale|previous|history|related/i.test(trail.join(' ')))
    return 0.3;
  const rule = /\b(MUST|SHALL|SHOULD|REQUIRED)\b|\bmandatory\b/.test(section?.text ?? '');
  return rule || /^(mandatory|standard|decision|regulations)$/i.test(trail.at(-1) ?? '') ? 1.4 : 1;
}

function toHit(page: Page, section: Section, about: string, states: ReadonlyMap<string, State>): Hit {
  const wanted = wantedTerms(words(about).map(({ text }) => stem(text)));
  const { text, highlights } = cutSnippet(section.text || section.code || page.description, wanted);
  return {
    page: page.id,
    anchor: section.anchor,
    title: page.title,
    trail: [...section.trail, section.heading].filter((heading) => heading !== ''),
    state: states.get(page.id),
    snippet: text,
    highlights,
    score: 0,
    explanation: undefined,
  };
}
