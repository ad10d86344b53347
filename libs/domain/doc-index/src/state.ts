import type { Page, State } from './page.ts';

const bestFirst = ['effective', 'draft', 'deprecated'] as const;

/** The state of every standard on a day (`2026-11-24`), by page id. A supplement stands where the best of its parents stands. */
export function statesOn(pages: readonly Page[], day: string): Map<string, State> {
  const states = new Map<string, State>();
  const byStandard = new Map<string, State[]>();
  for (const { id, standard } of pages) {
    if (!standard || standard.supplements.length > 0) continue;
    const state = stateOf(standard.stabilizedAt, standard.deprecatedAt, day);
    states.set(id, state);
    byStandard.set(standard.id, [...(byStandard.get(standard.id) ?? []), state]);
  }
  for (const { id, standard } of pages) {
    if (!standard || standard.supplements.length === 0) continue;
    const parents = standard.supplements.flatMap((parent) => byStandard.get(parent) ?? []);
    const best = bestFirst.find((state) => parents.includes(state));
    if (best) states.set(id, best);
  }
  return states;
}

function stateOf(stabilizedAt: string | undefined, deprecatedAt: string | undefined, day: string): State {
  if (deprecatedAt !== undefined && deprecatedAt <= day) return 'deprecated';
  return stabilizedAt !== undefined && stabilizedAt <= day ? 'effective' : 'draft';
}
