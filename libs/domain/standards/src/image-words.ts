import { standardsUrl } from './check.ts';
import type { Finding } from './result.ts';
import type { Image } from './snapshot.ts';

/** What the checks of scs-0102 say of images, in one way. */
export const clause = (property: string) => `${standardsUrl}scs-0102-v1-image-metadata#${property}`;

export const imageObject = (image: Image): Finding['object'] => ({
  kind: 'image',
  id: image.id,
  name: image.name ?? '',
});

/** Glance lets images be without a name. */
export const called = ({ id, name }: Image): string => name ?? id;

export const withoutName = ({ id }: Image): string =>
  `upstream’s test cannot write about image ${id}, which has no name`;

/** Seconds of each `replace_frequency`; 0: never asked for. */
export const replacePeriods: Record<string, number> = {
  never: 0,
  critical_bug: 0,
  yearly: 365 * 24 * 3600,
  quarterly: 92 * 24 * 3600,
  monthly: 31 * 24 * 3600,
  // A week and a day of 25 hours: some tolerance is part of the rule.
  weekly: 7 * 25 * 3600,
  daily: 25 * 3600,
};
