import type { DefaultSecurityGroupRule } from '@scs/standards';
import { uuidOf, type Cloud } from './cloud-content.ts';

/** What a Neutron without default rules gives every group: out everywhere. */
const builtIn = ['IPv4', 'IPv6'].map((ethertype): DefaultSecurityGroupRule => ({
  id: uuidOf(`built-in rule ${ethertype}`),
  direction: 'egress',
  ethertype,
  remoteGroupId: null,
  remoteIpPrefix: null,
  usedInDefaultSg: true,
  usedInNonDefaultSg: true,
}));

const ruleBody = ({ id, direction, ethertype, remoteGroupId, remoteIpPrefix }: DefaultSecurityGroupRule) => ({
  id,
  direction,
  ethertype,
  remote_group_id: remoteGroupId,
  remote_ip_prefix: remoteIpPrefix,
  remote_address_group_id: null,
  protocol: null,
  port_range_min: null,
  port_range_max: null,
  description: '',
});

export const defaultRuleBody = (rule: DefaultSecurityGroupRule) => ({
  ...ruleBody(rule),
  used_in_default_sg: rule.usedInDefaultSg,
  used_in_non_default_sg: rule.usedInNonDefaultSg,
});

/** The rules that a group is made with. */
export const ruleBodies = (
  { content }: Cloud,
  group: string,
  use: 'usedInDefaultSg' | 'usedInNonDefaultSg',
) =>
  (content.defaultSecurityGroupRules ?? builtIn)
    .filter((rule) => rule[use])
    .map((rule) => ({
      ...ruleBody(rule),
      id: uuidOf(`rule ${rule.id} of ${group}`),
      security_group_id: group,
      remote_group_id: rule.remoteGroupId === 'PARENT' ? group : rule.remoteGroupId,
    }));

/** The group that every project has. */
export function defaultGroup(cloud: Cloud) {
  const id = uuidOf(`default security group of ${cloud.project.id}`);
  return {
    id,
    name: 'default',
    description: 'Default security group',
    tenant_id: cloud.project.id,
    project_id: cloud.project.id,
    security_group_rules: ruleBodies(cloud, id, 'usedInDefaultSg'),
  };
}
