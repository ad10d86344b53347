import { errorsPage } from './errors-page.ts';
import { htmlHeaders } from './html.ts';
import type { OpenApi } from './openapi.ts';
import { referencePage } from './reference-page.ts';
import { searchPage, searchPolicy } from './search-page.ts';

export interface Page {
  path: string;
  headers: Record<string, string>;
  body: string;
}

// A new version shows at once.
const caching = { 'cache-control': 'no-cache' };
// Generators in browsers read it from anywhere.
const json = { ...caching, 'content-type': 'application/json', 'access-control-allow-origin': '*' };
const html = { ...caching, ...htmlHeaders() };

/** What people and generators read: the OpenAPI document, the same as a page, what errors mean, and the search. Rendered once. */
export const docsPages = (document: OpenApi): Page[] => [
  { path: '/openapi.json', headers: json, body: JSON.stringify(document) },
  { path: '/docs', headers: html, body: referencePage(document) },
  { path: '/docs/errors', headers: html, body: errorsPage() },
  { path: '/search', headers: { ...caching, ...htmlHeaders(searchPolicy) }, body: searchPage() },
];
