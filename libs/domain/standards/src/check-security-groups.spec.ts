import { describe, expect, it } from 'vitest';
import { aCloud, one } from './a-cloud.spec-data.ts';
import type { Mode, Result } from './result.ts';
import type { DefaultSecurityGroupRule } from './snapshot.ts';

const rule = (values: Partial<DefaultSecurityGroupRule>): DefaultSecurityGroupRule => ({
  id: 'r',
  direction: 'egress',
  ethertype: 'IPv4',
  remoteGroupId: null,
  remoteIpPrefix: null,
  usedInDefaultSg: true,
  usedInNonDefaultSg: true,
  ...values,
});
const egress = [rule({}), rule({ ethertype: 'IPv6' })];
const same = { direction: 'ingress', remoteGroupId: 'PARENT', usedInNonDefaultSg: false };
const both = (result: Result): Record<Mode, Result> => ({ upstream: result, standard: result });
const laxer: Record<Mode, Result> = { upstream: 'FAIL', standard: 'PASS' };

describe('default security group rules', () => {
  it.each<[string, DefaultSecurityGroupRule[], Record<Mode, Result>]>([
    ['egress alone', egress, both('PASS')],
    ['ingress from the same group, in the default group', [...egress, rule(same)], both('PASS')],
    [
      'ingress from the same group, in no group at all',
      [...egress, rule({ ...same, usedInDefaultSg: false })],
      both('PASS'),
    ],
    [
      'ingress from the same group, in custom groups too',
      [...egress, rule({ ...same, usedInNonDefaultSg: true })],
      both('FAIL'),
    ],
    ['ingress from another group', [...egress, rule({ ...same, remoteGroupId: 'g-1' })], both('FAIL')],
    ['ingress from anywhere', [...egress, rule({ ...same, remoteGroupId: null })], both('FAIL')],
    [
      'ingress from one network',
      [...egress, rule({ ...same, remoteGroupId: null, remoteIpPrefix: '10.0.0.0/8' })],
      both('FAIL'),
    ],
    ['no rules at all', [], laxer],
    ['egress for IPv4 alone', [rule({})], laxer],
    ['egress in custom groups alone', egress.map((one) => ({ ...one, usedInDefaultSg: false })), laxer],
    ['egress in default groups alone', egress.map((one) => ({ ...one, usedInNonDefaultSg: false })), laxer],
    [
      'egress of default and custom groups in rules of their own',
      egress.flatMap((one) => [
        { ...one, usedInDefaultSg: false },
        { ...one, usedInNonDefaultSg: false },
      ]),
      both('PASS'),
    ],
    ['egress to 0.0.0.0/0', [rule({ remoteIpPrefix: '0.0.0.0/0' }), egress[1]!], laxer],
    ['egress to one network', [rule({ remoteIpPrefix: '10.0.0.0/8' }), egress[1]!], laxer],
    [
      'egress to 0.0.0.0/0 beside one to everywhere',
      [...egress, rule({ remoteIpPrefix: '0.0.0.0/0' })],
      both('PASS'),
    ],
    ['egress of another kind', [rule({ ethertype: '' }), egress[1]!], laxer],
  ])('%s', (_, rules, expected) => {
    const snapshot = aCloud({ defaultSecurityGroupRules: { value: rules } });
    expect(one('scs-0115-default-rules', snapshot).result).toEqual(expected);
  });
});

describe('where Neutron has no such rules, those of a new group', () => {
  const group = (...rules: [direction: string, ethertype: string, prefix?: string][]) =>
    aCloud({
      defaultSecurityGroupRules: { value: null },
      probes: {
        securityGroup: {
          value: {
            rules: rules.map(([direction, ethertype, remoteIpPrefix = null]) => ({
              direction,
              ethertype,
              remoteGroupId: null,
              remoteIpPrefix,
            })),
          },
        },
      },
    });
  it.each<[string, ReturnType<typeof group>, Record<Mode, Result>]>([
    ['egress', group(['egress', 'IPv4'], ['egress', 'IPv6']), both('PASS')],
    ['egress to a network', group(['egress', 'IPv4', '10.0.0.0/8'], ['egress', 'IPv6']), both('PASS')],
    ['any ingress', group(['egress', 'IPv4'], ['egress', 'IPv6'], ['ingress', 'IPv6']), both('FAIL')],
    ['egress for one version', group(['egress', 'IPv6']), laxer],
    ['nothing', group(), laxer],
    ['no probe', aCloud({ defaultSecurityGroupRules: { value: null } }), both('MISS')],
    [
      'a probe that could not be carried out',
      aCloud({
        defaultSecurityGroupRules: { value: null },
        probes: { securityGroup: { error: { reason: 'forbidden', message: 'no' } } },
      }),
      both('ABORT'),
    ],
    [
      'an API that cannot be read',
      aCloud({ defaultSecurityGroupRules: { error: { reason: 'server-error', message: 'no' } } }),
      both('ABORT'),
    ],
  ])('%s', (_, snapshot, expected) => {
    expect(one('scs-0115-default-rules', snapshot).result).toEqual(expected);
  });
});
