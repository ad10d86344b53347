import { asOfDay, type AsOf } from './as-of.ts';
import type { DocIndex } from './build-index.ts';
import { FacetFilter, type Facet, type Filter } from './facet.ts';
import type { Page, Section } from './page.ts';
import type { Query } from './query.ts';
import { score, type Scores } from './score.ts';
import type { Level, Segment } from './segment.ts';
import { insert } from './shortlist.ts';
import type { Tuning } from './tuning.ts';

/** A section that answers, and why. */
export interface Ranked {
  page: Page;
  section: Section;
  /** Counted through all sections of the index. */
  number: number;
  score: number;
  factors: Factors;
}

export interface Factors {
  /** For words of the query that the section lacks; 1 when it has all. */
  missing: number;
  /** For what the section is: a decision, a list of links. */
  emphasis: number;
  /** What the whole page adds. */
  page: number;
  /** For how much of the query title and headings name. */
  names: number;
  /** For what the page is and in which state. */
  standing: number;
}

export interface Ranking {
  /** Best first. */
  sections: Ranked[];
  totalPages: number;
  /** The part of what the query asks for that the best section has. */
  coverage: number;
  facets: Facet[];
}

const mostSectionsOfAPage = 3;

/**
 * `score = (words × emphasis + page) × names × standing` for every section that has words of the query and whose page fits the filter. The
 * first `most` of them, of one page no more than three.
 */
export function rank(query: Query, index: DocIndex, day: string, filter: Filter, most: number): Ranking {
  const asOf = asOfDay(index, day);
  const levels = scoreLevels(query, index);
  const facets = new FacetFilter(asOf.facets, filter);
  const found = foundPages(index, levels).filter(({ number }) => facets.admit(number));
  const scored = found.map((place) => scorePage(place, levels, query, index.tuning, asOf));
  const sections = firstOf(belowInForce(scored, asOf, query), most);
  const { wishes, unanswered } = query;
  const words = wishes.filter(({ kind }) => kind === 'word').length;
  const known = sections[0] ? levels.sections.coverage[sections[0].number]! : 0;
  const coverage = (known * words) / (words + unanswered);
  return { sections, totalPages: found.length, coverage, facets: facets.facets() };
}

type Levels = Record<Level, Scores>;

function scoreLevels({ wishes }: Query, index: DocIndex): Levels {
  const at = (level: Level): Scores => score(wishes, index, level, index.tuning);
  return { sections: at('sections'), names: at('names'), wholePages: at('wholePages') };
}

/** A page with words of the query: its number and that of its first section, through all segments and in its own. */
interface Place {
  segment: Segment;
  own: number;
  number: number;
  firstSection: number;
}

function foundPages({ segments }: DocIndex, { sections: { scores } }: Levels): Place[] {
  const places: Place[] = [];
  let [pagesBefore, sectionsBefore] = [0, 0];
  for (const segment of segments) {
    const { pages, firstSections } = segment;
    for (let own = 0; own < pages.length; own += 1) {
      const firstSection = sectionsBefore + firstSections[own]!;
      const next = sectionsBefore + firstSections[own + 1]!;
      for (let at = firstSection; at < next; at += 1) {
        if (scores[at] === 0) continue;
        places.push({ segment, own, number: pagesBefore + own, firstSection });
        break;
      }
    }
    pagesBefore += pages.length;
    sectionsBefore += firstSections[pages.length]!;
  }
  return places;
}

export interface ScoredPage {
  page: Page;
  /** Its best sections, best first. */
  sections: Ranked[];
}

function scorePage(
  { segment, own, number, firstSection }: Place,
  levels: Levels,
  { versions }: Query,
  tuning: Tuning,
  { standings }: AsOf,
): ScoredPage {
  const page = segment.pages[own]!;
  const named = versions.length > 0 && page.standard && versions.includes(page.standard.id);
  const standing = segment.placings[own]! * (named ? 1 : standings[number]!);
  const added = tuning.page * levels.wholePages.scores[number]!;
  const sections: Ranked[] = [];
  for (const [at, section] of page.sections.entries()) {
    const words = levels.sections.scores[firstSection + at]!;
    if (words === 0) continue;
    const names = 1 + tuning.named * levels.names.coverage[firstSection + at]! ** 2;
    const emphasis = segment.emphases[segment.firstSections[own]! + at]!;
    const total = (words * emphasis + added) * names * standing;
    const last = sections.at(-1);
    if (last && sections.length >= mostSectionsOfAPage && last.score >= total) continue;
    const missing = levels.sections.coverage[firstSection + at]! ** tuning.coverage;
    const factors = { missing, emphasis, page: added, names, standing };
    insert(
      { page, section, number: firstSection + at, score: total, factors },
      sections,
      mostSectionsOfAPage,
      compare,
    );
  }
  return { page, sections };
}

/** A deprecated version of a standard never stands above a version in force, unless it was asked for by its number. */
function belowInForce(scored: readonly ScoredPage[], { states }: AsOf, { versions }: Query): ScoredPage[] {
  const inForce = new Map<string, number>();
  for (const { page, sections } of scored) {
    if (!page.standard || states.get(page.id) !== 'effective') continue;
    const { family } = page.standard;
    inForce.set(family, Math.max(sections[0]!.score, inForce.get(family) ?? 0));
  }
  return scored.map(({ page, sections }) => {
    const { standard } = page;
    const isOld = standard && states.get(page.id) === 'deprecated' && !versions.includes(standard.id);
    const limit = (isOld && inForce.get(standard.family)) || Infinity;
    const below = (one: Ranked): Ranked => (one.score < limit ? one : { ...one, score: limit * 0.99 });
    return { page, sections: limit === Infinity ? sections : sections.map(below) };
  });
}

/** The best `most` sections of all pages, best first. */
export function firstOf(scored: readonly ScoredPage[], most: number): Ranked[] {
  const first: Ranked[] = [];
  for (const { sections } of scored) {
    for (const section of sections) if (!insert(section, first, most, compare)) break;
  }
  return first;
}

/** Sections that are worth the same stand in an order that does not depend on how the index came about. */
function compare(a: Ranked, b: Ranked): number {
  return b.score - a.score || (a.page.id < b.page.id ? -1 : a.page.id > b.page.id ? 1 : a.number - b.number);
}
