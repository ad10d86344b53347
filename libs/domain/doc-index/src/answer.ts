import { pageOf, type DocIndex } from './build-index.ts';
import { germanFunctionWords } from './german-words.ts';
import { looksGerman, type Translator } from './german.ts';
import type { Page, Section, State } from './page.ts';
import { pageWords, type PageWords } from './page-words.ts';
import { search, type Hit } from './search.ts';
import { sentences } from './sentences.ts';
import { stopWords } from './synonyms.ts';
import { stem, termsOf, words } from './tokens.ts';

/** A sentence as it stands in the documentation. */
export interface Sentence {
  text: string;
  page: string;
  anchor: string;
  title: string;
  state: State | undefined;
  score: number;
}

const sectionsRead = 8;
const mostSentences = 3;
/** Of what is asked for, by rarity, so much must stand in the sentence or above it; else nothing is an answer. */
const leastCovered = 0.5;
/** And so much in the sentence itself. */
const leastOwn = 0.2;
/** Sentences further behind the best are not worth reading. */
const leastOfBest = 0.6;
/**
 * The sentences that answer a question, best first; none where no sentence does. Those of deprecated standards only where no others
 * answer.
 */
export function answer(
  index: DocIndex,
  question: string,
  { limit = mostSentences, ...options }: { asOf: string; translator?: Translator; limit?: number },
): Sentence[] {
  const { hits, match } = search(index, question, { ...options, limit: sectionsRead, explain: true });
  const asked = whatIsAsked(question, hits, pageWords(index));
  if (match !== 'words' || asked.wishes.length === 0) return [];
  const kind = kindOf(question);
  const found = hits
    .flatMap((hit, rank) => {
      const page = pageOf(index, hit.page);
      const section = page?.sections.find(({ anchor }) => anchor === hit.anchor);
      return page && section ? rate(page, section, hit, rank, asked, kind) : [];
    })
    .toSorted((a, b) => b.score - a.score);
  const current = found.filter(({ state }) => state !== 'deprecated');
  return bestOf(current.length > 0 ? current : found, Math.min(limit, mostSentences));
}

/** Each sentence once, and none that says less than another. */
function bestOf(found: readonly Sentence[], limit: number): Sentence[] {
  const kept: Sentence[] = [];
  const least = (found[0]?.score ?? 0) * leastOfBest;
  for (const sentence of found) {
    if (kept.length === limit || sentence.score < least) break;
    if (!kept.some(({ text }) => isSame(text, sentence.text))) kept.push(sentence);
  }
  return kept;
}

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
  );
  return a!.includes(b!) || b!.includes(a!);
};

/** What a question asks for, and what all of it is worth. */
interface Asked {
  /** Of each of its words, the stems that meet it, with what they are worth. */
  wishes: readonly ReadonlyMap<string, number>[];
  total: number;
}

/** What a word of the search is worth by the way it was found. Guesses at what was meant are no evidence. */
const worths: Readonly<Record<string, number>> = {
  synonym: 0.6,
  german: 0.9,
  correction: 0.3,
  prefix: 0,
  phrase: 0,
};

function whatIsAsked(question: string, hits: readonly Hit[], { rarity }: PageWords): Asked {
  const given = words(question.slice(0, 1000)).map(({ text }) => text);
  const german = looksGerman(given);
  const telling = given.filter((word) => {
    const lower = word.toLowerCase();
    return !stopWords.has(lower) && !fillers.has(lower) && !(german && germanFunctionWords.has(lower));
  });
  const stems = [...new Set(telling.flatMap((word) => termsOf(word).parts))];
  const wishes = new Map<string, Map<string, number>>();
  const full = new Map<string, number>();
  for (const { word, terms, reason } of hits.flatMap((hit) => hit.explanation?.words ?? [])) {
    const own = termsOf(word).parts.filter((part) => stems.includes(part));
    for (const part of own) {
      const wish = wishes.get(part) ?? new Map<string, number>();
      wishes.set(part, wish);
      for (const term of terms.filter((one) => !one.includes(' '))) {
        const rare = 0.5 + rarity(term);
        const worth = rare * (worths[reason] ?? 1);
        wish.set(term, Math.max(wish.get(term) ?? 0, worth));
        full.set(part, Math.max(full.get(part) ?? 0, reason === 'correction' ? rare : worth));
      }
    }
  }
  // A word that no hit has is asked for all the same; of German ones many have no translation.
  const missing = stems.filter((part) => !wishes.has(part)).length * (0.5 + rarity('')) * (german ? 0.3 : 1);
  return { wishes: [...wishes.values()], total: [...full.values()].reduce((sum, one) => sum + one, missing) };
}

/** Words of questions that their answers do not repeat. */
const fillers = new Set(
  'many much long often fast soon last take takes mean means meaning stand stands happen happens need want give tell explain please'.split(
    ' ',
  ),
);

type Kind = 'who' | 'when' | 'how-many' | 'how-to' | 'meaning' | 'why' | 'requirement' | 'other';

/** What kind of answer is wanted, by the words of English and German questions. */
function kindOf(question: string): Kind {
  const text = question.toLowerCase();
  for (const [kind, pattern] of kinds) if (pattern.test(text)) return kind;
  return 'other';
}

const kinds: readonly (readonly [Kind, RegExp])[] = [
  [
    'meaning',
    /\b(mean|means|meaning|definition|define|stands? for|bedeutet|heißt)\b|^(what|was) (is|are|ist|sind)\b/,
  ],
  ['why', /^(why|warum|wieso|weshalb)\b/],
  ['who', /^(who|whom|whose|wer|wen|wem)\b/],
  ['when', /^(when|wann)\b|\b(how (long|fast|often|soon|old)|wie (lange|schnell|oft|alt))\b/],
  ['how-many', /\b(how (many|much|big|large)|wie ?(viele?|groß))\b/],
  ['how-to', /^(how|wie)\b/],
  [
    'requirement',
    /^(may|can|do|does|is|are|darf|kann)\b|\b(must|should|mandatory|required|allowed|muss|müssen|soll|pflicht|erlaubt|darf)\b/,
  ],
];

const times =
  /\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a|within|every|per|each)[ -](\w+ )?(hours?|days?|weeks?|months?|quarters?|years?|minutes?|seconds?)\b|\b(daily|weekly|monthly|quarterly|yearly|annually|20\d\d)\b/i;

/** What a sentence of the wanted kind looks like, and how much that is worth. */
const signs: Record<Kind, RegExp | undefined> = {
  who: /\b(team|board|members?|operators?|provider|users?|manager|admin|owner|contributors?|forum|people|person)\b/i,
  when: times,
  'how-many':
    /(?<![\w-])\d+(?![\w-])|\b(one|two|three|four|five|six|seven|eight|nine|ten|both|all|single)\b/i,
  'how-to':
    /^(to|use|run|set|create|add|open|install|select|click|go|make|start|first|then|execute|call|choose|log|edit|configure|define|clone|apply|open|you (can|have|need|must))\b|\b(openstack|kubectl|git|helm|docker|clusterctl|npm|make) [a-z-]+/i,
  // Said of the word itself: see `defines`.
  meaning: undefined,
  why: /\b(because|since|due to|so that|therefore|in order to|reasons?|advantages?|allows?|avoid|lack)\b/i,
  requirement:
    /\b(MUST|SHALL|SHOULD|MAY|REQUIRED|RECOMMENDED|mandatory|required|not allowed|have to|need to)\b|^(Yes|No),/,
  other: undefined,
};
const requirement = /\b(MUST|SHALL|REQUIRED)\b/;

function rate(page: Page, section: Section, hit: Hit, rank: number, asked: Asked, kind: Kind): Sentence[] {
  const above = stemsIn([page.title, ...section.trail, section.heading].join(' '));
  // Commands answer how something is done.
  const code =
    kind === 'how-to' ? section.code.split('\n').filter((line) => /^\W{0,3}[a-z]{2,} \S/.test(line)) : [];
  // Of the table that is being read: its rows speak of what stands above them.
  let header: ReadonlySet<string> | undefined;
  return [...sentences(section.text), ...code.map((line) => line.trim())].flatMap((text, place) => {
    if (text.length > 1000 || /^(https?:|\W*$)/.test(text)) return [];
    const stems = stemsIn(text);
    if (!text.includes(' | ')) header = undefined;
    else header ??= stems;
    const wider = header ? new Set([...above, ...header]) : above;
    let [own, lent] = [0, 0];
    for (const wish of asked.wishes) {
      const [here, there] = [most(wish, stems), most(wish, wider)];
      own += here;
      lent += Math.max(0, there - here);
    }
    const covered = Math.min(1, (own + lent) / asked.total);
    if (covered < leastCovered || own / asked.total < leastOwn) return [];
    const score =
      (Math.min(1.2, own / asked.total) + 0.5 * Math.min(1, lent / asked.total)) *
      (signs[kind]?.test(text) ? 1.4 : kind === 'meaning' && defines(text, asked) ? 1.6 : 1) *
      (page.standard && requirement.test(text) ? 1.15 : 1) *
      fitLength(words(text).length) *
      (1 / (1 + 0.1 * rank)) *
      (1 / (1 + 0.02 * Math.min(place, 10))) *
      // A question in the text is not its answer.
      (text.endsWith('?') ? 0.3 : text.endsWith(':') ? 0.8 : 1);
    return [
      {
        text,
        page: page.id,
        anchor: section.anchor,
        title: page.title,
        state: hit.state,
        score: Math.round(score * 1000) / 1000,
      },
    ];
  });
}

/** What the best of a wish's stems is worth that is among some. */
function most(wish: ReadonlyMap<string, number>, stems: ReadonlySet<string>): number {
  let best = 0;
  for (const [term, weight] of wish) if (weight > best && stems.has(term)) best = weight;
  return best;
}

/** “A zone is …”, “L | crowded-core”, “zone: …”: what is asked for stands in front. */
function defines(text: string, { wishes }: Asked): boolean {
  const subject =
    /^(.{1,60}?)(?: (?:is|are|means?|stands? for|denotes?|refers? to|consists? of|describes?|indicates?|allows?) | \| |: | – | = )/i.exec(
      text,
    )?.[1];
  if (subject === undefined) return false;
  const stems = stemsIn(subject);
  return (
    words(subject).length <= 6 && !conditional.test(subject) && wishes.some((wish) => most(wish, stems) > 0)
  );
}

const conditional = /^(if|when|where|while|as|since|for|in|on|at|with|this|these|note)\b/i;

/** Very short ones say nothing by themselves, very long ones too much. */
const fitLength = (count: number): number => (count < 4 ? 0.5 : count < 7 ? 0.85 : count > 60 ? 0.7 : 1);

function stemsIn(text: string): Set<string> {
  return new Set(words(text).flatMap(({ text: word }) => [...termsOf(word).parts, stem(word)]));
}
