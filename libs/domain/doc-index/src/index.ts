export type * from './page.ts';
export { isDocument, readPages } from './read-pages.ts';
export { buildIndex, type DocIndex } from './build-index.ts';
export { createTranslator, type Lexicon, type Translator } from './german.ts';
export { search, type Answer, type Explanation, type Hit, type SearchOptions } from './search.ts';
export { statesOn } from './state.ts';
export { tuning, type Tuning } from './tuning.ts';
export { measure, parseJudgments, type Judgment, type Measures, type Report } from './measure.ts';
