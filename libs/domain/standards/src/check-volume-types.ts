import { command, finder, standardsUrl, type Judgement } from './check.ts';
import type { Facts } from './facts.ts';

const clause = `${standardsUrl}scs-0114-v1-volume-type-standard`;
/** The aspects that a list may name, in order. */
export const volumeAspects = ['encrypted', 'replicated'];

const list = /^\[scs:([^[\]]*)\]/;

/** The aspects that a description begins with; null where it has no list. An empty list names none. */
function aspectsOf(description: string | null): string[] | null {
  const match = list.exec(description ?? '');
  if (!match) return null;
  return match[1] === '' ? [] : match[1]!.split(',').map((aspect) => aspect.trim());
}

/** scs-0114: lists of aspects are sorted, name nothing twice and nothing unknown. */
export function checkAspectLists(facts: Facts): Judgement {
  const found = finder('scs-0114-syntax-check', `${clause}#systematic-description-of-volume-types`);
  const findings = facts.volumeTypes().flatMap((type) => {
    const aspects = aspectsOf(type.description);
    const right = volumeAspects.filter((aspect) => aspects?.includes(aspect));
    // Lengths too: one blank aspect joins to nothing, as none does.
    if (!aspects || (aspects.length === right.length && aspects.join() === right.join())) return [];
    const expected = right.length > 0 ? `[scs:${right.join(', ')}]` : 'no list';
    const rest = (type.description ?? '').replace(list, '').trim();
    const description = right.length > 0 ? `${expected} ${rest}`.trim() : rest;
    return [
      found({
        rule: 'volume-type-aspects',
        object: { kind: 'volume type', id: type.id, name: type.name },
        property: 'description',
        actual: type.description,
        expected,
        message: `Volume type ${type.name} has a malformed list of aspects; it should be sorted, without repetition, of ${volumeAspects.join(', ')}.`,
        remedy: command('openstack', 'volume', 'type', 'set', '--description', description, type.id),
      }),
    ];
  });
  return { findings };
}

/** scs-0114: some volume type has the aspect. */
export function checkAspectOffered(facts: Facts, aspect: string): Judgement {
  const found = finder(`scs-0114-${aspect}-type`, `${clause}#standardized-aspects`);
  if (facts.volumeTypes().some(({ description }) => aspectsOf(description)?.includes(aspect)))
    return { findings: [] };
  return {
    findings: [
      found({
        rule: 'volume-type-missing',
        obligation: 'SHOULD',
        object: { kind: 'volume type', id: null, name: aspect },
        expected: `a volume type whose description begins with [scs:${aspect}]`,
        message: `No volume type says that it is ${aspect}.`,
      }),
    ],
  };
}
