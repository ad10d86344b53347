import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findCondition,
  isFalse,
  isTrue,
  setConditions,
  type Condition,
  type ConditionState,
} from './condition.ts';

const now = new Date('2026-11-25T12:00:00.987Z');
const later = new Date('2026-11-25T12:01:00.000Z');

describe('Ready sums up all other conditions', () => {
  const error = isFalse('B', 'Broken', 'Error', 'b is broken');
  const warning = isFalse('A', 'Odd', 'Warning', 'a is odd');
  const info = isFalse('C', 'Waiting', 'Info', 'c waits');
  const unknown: ConditionState = {
    type: 'D',
    status: 'Unknown',
    reason: 'NotSeen',
    message: 'd was not seen',
  };

  it.each<[what: string, states: ConditionState[], ready: Partial<Condition>]>([
    [
      'errors go before warnings',
      [warning, error, isTrue('E')],
      { status: 'False', severity: 'Error', reason: 'Broken', message: 'b is broken' },
    ],
    [
      'warnings go before information',
      [info, warning],
      { status: 'False', severity: 'Warning', reason: 'Odd', message: 'a is odd' },
    ],
    [
      'information goes before what is true',
      [isTrue('A'), info],
      { status: 'False', severity: 'Info', reason: 'Waiting', message: 'c waits' },
    ],
    ['what is true goes before what is unknown', [unknown, isTrue('Z')], { status: 'True' }],
    [
      'only unknown ones are unknown',
      [unknown],
      { status: 'Unknown', reason: 'NotSeen', message: 'd was not seen' },
    ],
    [
      'of two errors the first by type counts',
      [isFalse('Z', 'Last', 'Error', 'z'), isFalse('Y', 'First', 'Error', 'y')],
      { status: 'False', severity: 'Error', reason: 'First', message: 'y' },
    ],
  ])('%s', (_, states, ready) => {
    expect(setConditions([], states, now)[0]).toEqual({
      type: 'Ready',
      ...ready,
      lastTransitionTime: '2026-11-25T12:00:00Z',
    });
  });

  it('there is none without others', () => {
    expect(setConditions([], [], now)).toEqual([]);
    const [ready, a] = setConditions([], [isTrue('A')], now);
    expect([ready?.type, a?.type]).toEqual(['Ready', 'A']);
    expect(
      setConditions(
        [ready, a].filter((one) => one !== undefined),
        [],
        now,
        ['A'],
      ),
    ).toEqual([]);
  });

  it('is not taken for one of the others', () => {
    const before = setConditions([], [error], now);
    expect(findCondition(setConditions(before, [isTrue('B')], later), 'Ready')).toEqual({
      type: 'Ready',
      status: 'True',
      lastTransitionTime: '2026-11-25T12:01:00Z',
    });
  });
});

describe('conditions', () => {
  it('stand sorted by type, Ready first', () => {
    const types = setConditions([], [isTrue('b'), isTrue('a'), isTrue('Z'), isTrue('S')], now).map(
      ({ type }) => type,
    );
    expect(types).toEqual(['Ready', 'S', 'Z', 'a', 'b']);
  });

  it.each<[what: string, state: ConditionState, time: string]>([
    ['nothing', isFalse('A', 'Odd', 'Warning', 'a'), '2026-11-25T12:00:00Z'],
    ['its status', isTrue('A'), '2026-11-25T12:01:00Z'],
    ['its reason', isFalse('A', 'Other', 'Warning', 'a'), '2026-11-25T12:01:00Z'],
    ['its severity', isFalse('A', 'Odd', 'Info', 'a'), '2026-11-25T12:01:00Z'],
    ['its message', isFalse('A', 'Odd', 'Warning', 'b'), '2026-11-25T12:01:00Z'],
  ])('carry the time of the last change of: %s', (_, state, time) => {
    const before = setConditions([], [isFalse('A', 'Odd', 'Warning', 'a')], now);
    expect(findCondition(setConditions(before, [state], later), 'A')?.lastTransitionTime).toBe(time);
  });

  it('are removed by name, and kept otherwise', () => {
    const before = setConditions([], [isTrue('A'), isTrue('B')], now);
    expect(setConditions(before, [], later, ['A', 'C']).map(({ type }) => type)).toEqual(['Ready', 'B']);
  });

  it('that are set and removed at once are set', () => {
    expect(findCondition(setConditions([], [isTrue('A')], now, ['A']), 'A')?.status).toBe('True');
  });

  it('do not change when they are set again', () => {
    const state = fc.record({
      type: fc.constantFrom('A', 'B', 'C', 'D'),
      status: fc.constantFrom('True' as const, 'Unknown' as const),
      message: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(state), (states) => {
        const once = setConditions([], states, now);
        expect(setConditions(once, states, later)).toEqual(once);
      }),
    );
  });
});
