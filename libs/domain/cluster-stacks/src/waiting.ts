import type { ObjectRef } from './cluster-facts.ts';

/** The step that a cluster is at, and what keeps it there. */
export interface Waiting {
  step: string;
  /** One sentence. */
  reason: string;
  /** Who is to blame. */
  object: ObjectRef;
  /** Empty where waiting is right. */
  remedy: string;
  /** RFC 3339; empty where it is not known. */
  since: string;
  /** Does not go on by itself. */
  stuck: boolean;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** With a capital and one full stop. */
export const sentence = (text: string): string => `${capital(text.trim().replace(/[.;\s]+$/, ''))}.`;
