export { docsSearchServices, startDocsSearch } from './docs-search.ts';
export { configSchema, type Config } from './config.ts';
