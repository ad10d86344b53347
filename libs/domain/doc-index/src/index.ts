export type * from './page.ts';
export { assemble } from './read/assemble.ts';
export { isDocument, plainLabels, readFile, readPages } from './read/read-pages.ts';
export {
  buildIndex,
  indexFormat,
  pageOf,
  pagesOf,
  replacePages,
  visibleTo,
  type DocIndex,
} from './build-index.ts';
export { createTranslator, parseLexicon, type Lexicon, type Translator } from './german.ts';
export {
  search,
  type Explanation,
  type Hit,
  type Match,
  type SearchOptions,
  type SearchResult,
} from './search.ts';
export type { Facet, FacetName, Filter } from './facet.ts';
export { suggest, type Suggestion } from './suggest.ts';
export { resolveError, type ResolvedError } from './resolve-error.ts';
export { similarPages, type SimilarPage } from './similar.ts';
export { diffStandard, type SectionChange, type StandardDiff } from './diff-standard.ts';
export { answer, type Sentence } from './answer.ts';
export { keepable, missingTopics, type AskedQuery, type MissingTopic } from './missing-topics.ts';
export { statesOn } from './state.ts';
export { tuning, type Tuning } from './tuning.ts';
export { measure, parseJudgments, type Judgment, type Measures, type Report } from './measure.ts';
