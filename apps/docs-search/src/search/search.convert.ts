import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Explanation, Filter, Hit, Match, Page, StandardDiff } from '@scs/doc-index';
import {
  Match as ProtoMatch,
  SectionChange_Kind,
  type DiffResponseSchema,
  type ExplanationSchema,
  type Filter as ProtoFilter,
  type HitSchema,
  type StandardSchema,
} from '@scs/proto/scs/docs/v1/search_pb';
import type { View } from '../index/view.ts';

const matches = {
  words: ProtoMatch.WORDS,
  nearest: ProtoMatch.NEAREST,
  'outside-filters': ProtoMatch.OUTSIDE_FILTERS,
  start: ProtoMatch.START,
} as const;
const kinds = {
  added: SectionChange_Kind.ADDED,
  removed: SectionChange_Kind.REMOVED,
  changed: SectionChange_Kind.CHANGED,
  renamed: SectionChange_Kind.RENAMED,
} as const;

export const toProtoMatch = (match: Match): ProtoMatch => matches[match];

export function fromProtoFilter(filter: ProtoFilter | undefined): Filter {
  const lists = {
    component: filter?.components,
    track: filter?.tracks,
    state: filter?.states,
    version: filter?.versions,
    audience: filter?.audiences,
    language: filter?.languages,
  };
  return Object.fromEntries(
    Object.entries(lists).filter(([, values]) => values && values.length > 0),
  ) as Filter;
}

/** What surrounds a hit: the page it stands on, where people read it, and at which commit. */
export function toProtoHit(
  hit: Hit,
  page: Page | undefined,
  { url, commit, view }: { url: string; commit: string; view: View },
): MessageInitShape<typeof HitSchema> {
  const labels = page?.labels;
  return {
    page: hit.page,
    anchor: hit.anchor,
    title: hit.title,
    trail: hit.trail,
    url,
    snippet: hit.snippet,
    highlights: hit.highlights.map(([start, end]) => ({ start, end })),
    score: hit.score,
    component: labels?.component ?? '',
    audience: labels?.audience ?? '',
    language: labels?.language ?? '',
    version: labels?.version ?? '',
    commit,
    ...(page?.standard && { standard: toProtoStandard(page.standard, hit.state ?? '', view) }),
    ...(hit.explanation && { explanation: toProtoExplanation(hit.explanation) }),
  };
}

const toProtoStandard = (
  standard: NonNullable<Page['standard']>,
  state: string,
  { replacedBy, supplementedBy }: View,
): MessageInitShape<typeof StandardSchema> => ({
  id: standard.id,
  type: standard.type,
  track: standard.track,
  state,
  stabilizeDate: standard.stabilizedAt ?? '',
  deprecateDate: standard.deprecatedAt ?? '',
  replaces: standard.replaces,
  replacedBy: [...(replacedBy.get(standard.id) ?? [])],
  supplements: standard.supplements,
  supplementedBy: [...(supplementedBy.get(standard.id) ?? [])],
  scopes: standard.scopes,
});

const toProtoExplanation = ({
  words,
  ...factors
}: Explanation): MessageInitShape<typeof ExplanationSchema> => ({
  words: words.map(({ word, terms, reason, score, fields }) => ({ word, terms, reason, score, fields })),
  factors,
});

export const toProtoDiff = (
  from: Page,
  to: Page,
  { sections, unchanged }: StandardDiff,
): MessageInitShape<typeof DiffResponseSchema> => ({
  fromPage: from.id,
  toPage: to.id,
  sections: sections.map((section) => ({
    kind: kinds[section.kind],
    fromAnchor: section.from?.anchor ?? '',
    fromHeading: section.from?.heading ?? '',
    toAnchor: section.to?.anchor ?? '',
    toHeading: section.to?.heading ?? '',
    changes: section.changes,
  })),
  unchangedCount: unchanged,
});
