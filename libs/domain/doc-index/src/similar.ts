import { pageOf, pagesOf, type DocIndex } from './build-index.ts';
import { pageWords } from './page-words.ts';
import { statesOn } from './state.ts';

export interface SimilarPage {
  page: string;
  /** 0 to 1. */
  similarity: number;
  /** Words that both pages are about, strongest first. */
  sharedWords: string[];
}

const mostSharedWords = 5;
/** Below that pages have words in common, but nothing else. */
const leastSimilar = 0.05;

/**
 * Pages about the same things as one, nearest first, deprecated standards last; undefined where there is no such page. Other versions
 * and supplements of the same standard are not similar, they are the same, and left out.
 */
export function similarPages(
  index: DocIndex,
  page: string,
  { asOf, limit = 5 }: { asOf: string; limit?: number },
): SimilarPage[] | undefined {
  const given = pageOf(index, page);
  if (!given) return undefined;
  const { vectors, written } = pageWords(index);
  const own = vectors.get(page)!;
  const states = statesOn(pagesOf(index), asOf);
  const isOld = (id: string): number => (states.get(id) === 'deprecated' ? 1 : 0);
  return pagesOf(index)
    .filter(({ id, standard }) => id !== page && !(standard && standard.family === given.standard?.family))
    .map(({ id }) => ({ id, shared: sharedTerms(own, vectors.get(id)!) }))
    .map((one) => ({ ...one, similarity: one.shared.reduce((sum, { weight }) => sum + weight, 0) }))
    .filter(({ similarity }) => similarity >= leastSimilar)
    .toSorted((a, b) => isOld(a.id) - isOld(b.id) || b.similarity - a.similarity)
    .slice(0, limit)
    .map(({ id, similarity, shared }) => ({
      page: id,
      similarity: Math.min(1, Math.round(similarity * 1000) / 1000),
      sharedWords: shared
        .toSorted((a, b) => b.weight - a.weight)
        .slice(0, mostSharedWords)
        .map(({ term }) => written(term)),
    }));
}

/** With what each adds to the cosine. */
function sharedTerms(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): { term: string; weight: number }[] {
  return [...one].flatMap(([term, weight]) => {
    const theirs = other.get(term);
    return theirs === undefined ? [] : [{ term, weight: weight * theirs }];
  });
}
