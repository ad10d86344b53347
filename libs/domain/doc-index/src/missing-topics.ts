/** A query that was asked, and how it went. */
export interface AskedQuery {
  query: string;
  count: number;
  /** How often its result was poor. */
  poor: number;
  /** Page that most often stood first. */
  topPage: string | undefined;
}

/** Questions without a good answer that belong together. */
export interface MissingTopic {
  /** Words that its queries share. */
  words: string[];
  count: number;
  /** Most frequent first. */
  queries: string[];
  nearestPage: string | undefined;
}

/** What documentation is missing, most wanted first. */
export function missingTopics(_queries: readonly AskedQuery[]): MissingTopic[] {
  return [];
}

/** A query as it may be kept: without what looks like a secret, an address, an id or a person, in one spelling. */
export function keepable(query: string): string {
  return query;
}
