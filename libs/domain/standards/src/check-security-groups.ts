import { command, finder, need, needProbe, onlyUpstream, standardsUrl, type Judgement } from './check.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './result.ts';
import type { DefaultSecurityGroupRule } from './snapshot.ts';

const testcase = 'scs-0115-default-rules';
const found = finder(testcase, `${standardsUrl}scs-0115-v1-default-rules-for-security-groups#standard`);
const anywhere: Record<string, string> = { IPv4: '0.0.0.0/0', IPv6: '::/0' };

/** scs-0115: by default no ingress but from the same group, and egress for both IP versions. */
export function checkDefaultRules(facts: Facts): Judgement {
  const rules = need(facts.snapshot.defaultSecurityGroupRules);
  return {
    findings: rules
      ? judgeTemplate(rules)
      : judgeFreshGroup(needProbe(facts.snapshot.probes.securityGroup).rules),
  };
}

/** OpenStack from 2023.2 on: the rules that every new group is made of. */
function judgeTemplate(rules: DefaultSecurityGroupRule[]): Finding[] {
  const ingress = rules.filter(
    ({ direction, remoteGroupId, usedInNonDefaultSg }) =>
      direction === 'ingress' && !(remoteGroupId === 'PARENT' && !usedInNonDefaultSg),
  );
  const kinds = [
    {
      kind: 'default',
      option: '--for-default-sg',
      used: (rule: DefaultSecurityGroupRule) => rule.usedInDefaultSg,
    },
    {
      kind: 'custom',
      option: '--for-custom-sg',
      used: (rule: DefaultSecurityGroupRule) => rule.usedInNonDefaultSg,
    },
  ];
  const missing = Object.entries(anywhere).flatMap(([ethertype, everywhere]) =>
    kinds.flatMap(({ kind, option, used }) => {
      const egress = rules.filter(
        (rule) => rule.direction === 'egress' && rule.ethertype === ethertype && used(rule),
      );
      if (egress.some(({ remoteIpPrefix }) => !remoteIpPrefix)) return [];
      const explicit = egress.some(({ remoteIpPrefix }) => remoteIpPrefix === everywhere);
      return [missingEgress(ethertype, `${kind} groups`, explicit ? everywhere : null, option)];
    }),
  );
  return [
    ...ingress.map((rule) =>
      found({
        rule: 'security-group-ingress',
        object: { kind: 'default security group rule', id: rule.id, name: rule.id },
        property: 'direction',
        actual: `ingress ${rule.ethertype} from ${rule.remoteGroupId ?? rule.remoteIpPrefix ?? 'anywhere'}`,
        expected: 'no ingress, or from the same group in the default group alone',
        message: `Default rule ${rule.id} lets ${rule.ethertype} traffic in.`,
        remedy: command('openstack', 'default', 'security', 'group', 'rule', 'delete', rule.id),
      }),
    ),
    ...missing,
  ];
}

function missingEgress(ethertype: string, where: string, explicit: string | null, option: string): Finding {
  const create = [
    'openstack',
    'default',
    'security',
    'group',
    'rule',
    'create',
    '--egress',
    '--ethertype',
    ethertype,
    option,
  ];
  return found({
    rule: 'security-group-egress',
    obligation: 'SHOULD',
    object: { kind: 'default security group rule', id: null, name: `egress ${ethertype}` },
    expected: `a rule that lets all ${ethertype} traffic out`,
    actual: explicit,
    message: explicit
      ? `${ethertype} traffic of ${where} may leave through a rule for ${explicit}, which upstream’s test does not count.`
      : `No default rule lets ${ethertype} traffic of ${where} out.`,
    remedy: command(...create),
    fails: onlyUpstream,
    deviation: explicit
      ? `${explicit} means everywhere; upstream’s test only counts a rule without a prefix.`
      : 'Egress is a SHOULD; upstream’s test demands it.',
  });
}

type FreshRule = { direction: string; ethertype: string };

/** Older OpenStack: what a new group came with. */
function judgeFreshGroup(rules: FreshRule[]): Finding[] {
  const object = { kind: 'security group', id: null, name: 'a newly made group' };
  const ingress = rules.filter(({ direction }) => direction === 'ingress');
  const missing = Object.keys(anywhere).filter(
    (ethertype) => !rules.some((rule) => rule.direction === 'egress' && rule.ethertype === ethertype),
  );
  return [
    ...ingress.map(({ ethertype }) =>
      found({
        rule: 'security-group-ingress',
        object,
        actual: `ingress ${ethertype}`,
        expected: 'no ingress',
        message: `A new security group lets ${ethertype} traffic in.`,
      }),
    ),
    ...missing.map((ethertype) =>
      found({
        rule: 'security-group-egress',
        obligation: 'SHOULD',
        object,
        expected: `egress ${ethertype}`,
        message: `A new security group lets no ${ethertype} traffic out.`,
        fails: onlyUpstream,
        deviation: 'Egress is a SHOULD; upstream’s test demands it.',
      }),
    ),
  ];
}
