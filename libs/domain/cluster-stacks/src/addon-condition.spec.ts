import { describe, expect, it } from 'vitest';
import { evaluateCondition } from './addon-condition.ts';
import type { KubernetesObject } from './resources.ts';

const kinds = { secret: 'Secret' } as const;

/** Objects by key; a key without an object is declared and missing. */
function judge(conditions: string, live: Record<string, Record<string, unknown> | undefined>) {
  const keys = Object.keys(live);
  const objects = keys.map((key) => ({
    key,
    apiVersion: 'apps/v1',
    kind: key in kinds ? kinds[key as keyof typeof kinds] : 'Deployment',
    name: `the-${key}`,
    namespace: 'kube-system',
  }));
  const found = keys.map((key) => {
    const fields = live[key];
    const object: KubernetesObject | undefined = fields && {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `the-${key}` },
      ...fields,
    };
    return [key, object] as const;
  });
  return evaluateCondition({ objects, conditions }, new Map(found));
}

const replicas = (count: number) => ({ spec: { replicas: count } });
const ready = { status: { conditions: [{ type: 'Progressing' }, { type: 'Available', status: 'True' }] } };

describe('a condition holds', () => {
  it.each([
    // The fixture of upstream's release v0-sha-hipstsw.
    [
      'the fields of two objects are the same',
      'a.spec.replicas == b.spec.replicas',
      { a: replicas(2), b: replicas(2) },
    ],
    ['whole numbers are divided as whole numbers', 'a.spec.replicas / 2 == 1', { a: replicas(3) }],
    ['whole numbers have a remainder', 'a.spec.replicas % 2 == 1', { a: replicas(3) }],
    ['a whole number beyond 2^53 is still an int', 'a.spec.replicas % 2 == 0', { a: replicas(2 ** 60) }],
    ['fractions are doubles', 'a.spec.ratio > 0.25', { a: { spec: { ratio: 0.5 } } }],
    [
      'one of a list is as wanted',
      "a.status.conditions.exists(c, c.type == 'Available' && c.status == 'True')",
      { a: ready },
    ],
    ['has() shields a field that is not there', '!has(a.spec.paused) || !a.spec.paused', { a: replicas(1) }],
    [
      'a text is made a number',
      'a.spec.replicas == int(b.data.count)',
      { a: replicas(2), b: { data: { count: '2' } } },
    ],
    [
      'a key with dots and slashes',
      "a.metadata.labels['app.kubernetes.io/name'] == 'x'",
      { a: { metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x' } } } },
    ],
    ['nothing is asked of no object', 'true', {}],
  ])('%s', (_, expression, live) => {
    expect(judge(expression, live)).toEqual({ outcome: 'holds' });
  });
});

describe('a condition is waited for', () => {
  it.each([
    [
      'when it is false, with the last values',
      'a.spec.replicas == b.spec.replicas',
      { a: replicas(2), b: replicas(1) },
      'a.spec.replicas == b.spec.replicas is false (a.spec.replicas is 2, b.spec.replicas is 1)',
    ],
    [
      'when an object does not exist (defect 18)',
      'a.spec.replicas == b.spec.replicas',
      { a: replicas(2), b: undefined },
      'Deployment kube-system/the-b does not exist yet',
    ],
    [
      'when a field is not set (defect 18)',
      'a.status.readyReplicas == a.spec.replicas',
      { a: { ...replicas(2), status: {} } },
      'a.status.readyReplicas == a.spec.replicas: field not found: readyReplicas (a.status.readyReplicas is not set, a.spec.replicas is 2)',
    ],
    [
      'when a list is too short',
      "a.status.list[0] == 'x'",
      { a: { status: { list: [] } } },
      expect.stringContaining('(a.status.list.0 is not set)') as string,
    ],
    [
      'with single values only',
      "has(a.metadata.labels) && a.metadata.labels['x'] == 'y'",
      { a: { metadata: { name: 'a', labels: { z: '1' } } } },
      expect.stringMatching(/field not found: x \(a\.metadata\.labels\.x is not set\)$/) as string,
    ],
    [
      'without showing what a Secret holds',
      "secret.data.password == 'x'",
      { secret: { data: { password: 'hunter2' } } },
      "secret.data.password == 'x' is false (secret.data.password is hidden)",
    ],
  ])('%s', (_, expression, live, message) => {
    expect(judge(expression, live)).toEqual({ outcome: 'not-yet', message });
  });
});

describe('a condition is invalid', () => {
  it.each([
    ['when it does not parse', 'a.spec.replicas =', { a: replicas(1) }, 'is no CEL expression'],
    ['when it is empty', '', { a: replicas(1) }, 'is no CEL expression'],
    ['when it does not parse, even before its objects exist', '((', { a: undefined }, 'is no CEL expression'],
    ['when it yields a number', 'a.spec.replicas', { a: replicas(1) }, 'yields an int, not true or false'],
    ['when it yields a text', 'a.metadata.name', { a: replicas(1) }, 'yields a string, not true or false'],
    [
      'when it names an object that is not declared',
      'b.spec.replicas == 1',
      { a: replicas(1) },
      'unresolved attribute',
    ],
    [
      'when it compares a text with a number',
      'a.metadata.name > 1',
      { a: replicas(1) },
      'cannot be evaluated',
    ],
    [
      'when it calls a function that does not exist',
      'ready(a)',
      { a: replicas(1) },
      'unbound function: ready',
    ],
  ])('%s', (_, expression, live, message) => {
    const judged = judge(expression, live);
    expect(judged).toEqual({ outcome: 'invalid', message: expect.stringContaining(message) as string });
  });

  it('says so in one line, however long it is', () => {
    const judged = judge(`a.spec.replicas\n  == ${'1 + '.repeat(500)}1`, { a: replicas(1) });
    expect(judged.outcome === 'holds' ? '' : judged.message).toMatch(/^.{1,300}$/);
  });
});
