import { Inject, Injectable } from '@nestjs/common';
import {
  answer,
  diffStandard,
  resolveError,
  search,
  similarPages,
  statesOn,
  suggest,
  type Filter,
  type Hit,
  type Page,
  type StandardDiff,
  type Translator,
} from '@scs/doc-index';
import { fromPageToken, toPage } from '@scs/grpc';
import { DomainError, type Caller } from '@scs/service';
import { SearchIndex } from '../index/search-index.ts';
import type { View } from '../index/view.ts';
import { QueryLog } from '../query/query-log.ts';
import { CLOCK, TRANSLATOR, type Clock } from '../tokens.ts';
import { linkOf } from './link.ts';
import { toProtoHit } from './search.convert.ts';
import { observeSearch } from './search.metrics.ts';

export interface SearchQuestion {
  query: string;
  asOf: string;
  filter: Filter;
  pageSize: number;
  pageToken: string;
  explain: boolean;
  typing: boolean;
  session: string;
}

const states: readonly string[] = ['effective', 'draft', 'deprecated'];
const mostOffset = 1000;

const invalid = (field: string, reason: string, message: string): DomainError =>
  new DomainError('invalid', reason, message, { violations: [{ field, description: message }] });

/** Asks the index on behalf of a caller: what it may not see is not there. */
@Injectable()
export class SearchService {
  readonly #index: SearchIndex;
  readonly #log: QueryLog;
  readonly #translator: Translator;
  readonly #clock: Clock;
  constructor(
    index: SearchIndex,
    log: QueryLog,
    @Inject(TRANSLATOR) translator: Translator,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#index = index;
    this.#log = log;
    this.#translator = translator;
    this.#clock = clock;
  }

  search(question: SearchQuestion, caller: Caller) {
    const { filter, explain, typing, session } = question;
    const query = checkQuery('query', question.query);
    const asOf = this.#day(question.asOf);
    const wrong = filter.state?.find((state) => !states.includes(state));
    if (wrong !== undefined)
      throw invalid(
        'filter.states',
        'STATE_UNKNOWN',
        `there is no state ${wrong}; there are ${states.join(', ')}`,
      );
    const offset = Number(fromPageToken(question.pageToken, /^\d{1,4}$/) ?? 0);
    if (offset > mostOffset)
      throw invalid(
        'page_token',
        'PAGE_TOKEN_INVALID',
        `page_token: leads beyond ${mostOffset} hits; narrow the query`,
      );
    const limit = question.pageSize || 10;

    const began = performance.now();
    const view = this.#index.view(caller);
    const translator = this.#translator;
    const found = search(view.index, query, {
      asOf,
      filter,
      translator,
      limit: limit + 1,
      offset,
      typing,
      explain,
    });
    const tookMs = performance.now() - began;
    observeSearch(found.match, tookMs / 1000);

    const { rows, nextPageToken } = toPage(found.hits, limit, () => String(offset + limit));
    // The second page of a query is no query of its own.
    const isAsked = !typing && offset === 0;
    const queryId = isAsked ? this.#log.record({ query, session, result: found }) : '';
    return {
      hits: rows.map((hit) => this.#hit(hit, view)),
      match: found.match,
      didYouMean: found.didYouMean ?? '',
      facets: found.facets,
      totalPages: found.totalPages,
      nextPageToken,
      queryId,
      tookMs: Math.round(tookMs * 1000) / 1000,
    };
  }

  suggest({ query, pageSize, asOf }: { query: string; pageSize: number; asOf: string }, caller: Caller) {
    const view = this.#index.view(caller);
    const options = { asOf: this.#day(asOf), limit: pageSize || 8 };
    return suggest(view.index, checkQuery('query', query), options).map((suggestion) => {
      const { text, kind, page = '', anchor, state = '' } = suggestion;
      return { text, kind, page, anchor, url: this.#url(view.pages.get(page), anchor), state };
    });
  }

  resolveError({ text, asOf: day }: { text: string; asOf: string }, caller: Caller) {
    const asOf = this.#day(day);
    checkQuery('text', text);
    const view = this.#index.view(caller);
    const options = { asOf, translator: this.#translator };
    const hit = (found: Hit | undefined) => (found ? this.#hit(found, view) : undefined);
    const errors = resolveError(view.index, text, options).map((error) => ({
      ...error,
      message: error.message ?? '',
      standard: error.standard ?? '',
      explanation: hit(error.explanation),
      remedy: hit(error.remedy),
    }));
    const { hits } = search(view.index, text, { ...options, limit: 10 });
    return { errors, hits: hits.map((found) => this.#hit(found, view)) };
  }

  answer({ question, asOf }: { question: string; asOf: string }, caller: Caller) {
    const view = this.#index.view(caller);
    const options = { asOf: this.#day(asOf), translator: this.#translator };
    return answer(view.index, checkQuery('question', question), options).map(
      ({ state = '', ...sentence }) => ({
        ...sentence,
        state,
        url: this.#url(view.pages.get(sentence.page), sentence.anchor),
      }),
    );
  }

  diff(
    { standard, fromVersion, toVersion }: { standard: string; fromVersion: string; toVersion: string },
    caller: Caller,
  ): { from: Page; to: Page; diff: StandardDiff } {
    const family = standard.slice('standards/'.length);
    const pages = [...this.#index.view(caller).pages.values()].filter(
      (page) => page.standard?.family === family,
    );
    const [from, to] = [fromVersion, toVersion].map((version) => findVersion(family, version, pages)) as [
      Page,
      Page,
    ];
    return { from, to, diff: diffStandard(from, to) };
  }

  similar({ page, pageSize }: { page: string; pageSize: number }, caller: Caller) {
    const view = this.#index.view(caller);
    const asOf = this.#day('');
    const found = view.pages.has(page)
      ? similarPages(view.index, page, { asOf, limit: pageSize || 5 })
      : undefined;
    if (!found)
      throw new DomainError(
        'not-found',
        'PAGE_NOT_FOUND',
        `there is no page ${page}; take one of a search's hits`,
        {
          metadata: { page },
        },
      );
    const standing = statesOn([...view.pages.values()], asOf);
    return found.map(({ page: id, similarity, sharedWords }) => ({
      page: id,
      title: view.pages.get(id)?.title ?? '',
      url: this.#url(view.pages.get(id), ''),
      state: standing.get(id) ?? '',
      similarity,
      sharedWords,
    }));
  }

  #hit(hit: Hit, view: View) {
    const page = view.pages.get(hit.page);
    const commit = page ? (this.#index.source(page.repo)?.commit ?? '') : '';
    return toProtoHit(hit, page, { url: this.#url(page, hit.anchor), commit, view });
  }

  #url(page: Page | undefined, anchor: string): string {
    const source = page && this.#index.source(page.repo);
    return source ? linkOf(source.linkTemplate, { path: page.path, anchor, commit: source.commit }) : '';
  }

  /** The day that was asked for, or today. */
  #day(asOf: string): string {
    if (asOf === '') return this.#clock().toISOString().slice(0, 10);
    const day = new Date(`${asOf}T00:00:00Z`);
    if (!Number.isNaN(day.getTime()) && day.toISOString().startsWith(asOf)) return asOf;
    throw invalid('as_of', 'DAY_INVALID', `as_of: there is no day ${asOf}; write it as YYYY-MM-DD`);
  }
}

function checkQuery(field: string, query: string): string {
  if (query.trim() !== '') return query;
  throw invalid(field, 'QUERY_EMPTY', `${field}: is empty; say what you look for`);
}

function findVersion(family: string, version: string, pages: readonly Page[]): Page {
  const page = pages.find(({ standard }) => standard?.version === version);
  if (page) return page;
  const known = [...new Set(pages.map(({ standard }) => standard!.version))].toSorted();
  const message =
    known.length === 0
      ? `there is no standard ${family}`
      : `there is no version ${version} of ${family}; there are ${known.join(', ')}`;
  throw new DomainError('not-found', 'STANDARD_VERSION_NOT_FOUND', message, {
    metadata: { standard: family, version },
  });
}
