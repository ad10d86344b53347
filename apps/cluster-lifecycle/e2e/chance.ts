import { randomBytes } from 'node:crypto';

/** SCS_SEED repeats a run. */
export const seed = Number(process.env['SCS_SEED'] ?? randomBytes(4).readUInt32BE());

/** Numbers from 0 to 1, the same ones for the same seed. */
export function chance(state: number): () => number {
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
