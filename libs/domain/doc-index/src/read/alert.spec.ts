import { describe, expect, it } from 'vitest';
import { readPages } from './read-pages.ts';

const read = (text: string) => readPages([{ repo: 'observability', path: 'rules.yaml', text }]).pages;

const groups = `groups:
- name: nodes
  rules:
  - alert: NodeDown
    expr: up{job="node"} == 0
    for: 5m
    labels: {severity: warning}
    annotations:
      summary: Node {{ $labels.instance }} does not answer
      description: Nobody home.
      runbook_url: https://example.org/runbooks/node-down
  - alert: NodeDown
    expr: up{job="node"} == 0
    for: 1h
    labels: {severity: critical}
  - record: node:up:sum
    expr: sum(up)
- name: disks
  rules:
  - alert: DiskFull
    expr: free < 1
    annotations: {message: No space is left}
`;
const resource = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
spec:
${groups.replace(/^/gm, '  ')}`;

describe.each([
  ['a file of rules', groups],
  ['a PrometheusRule', resource],
])('%s', (_, text) => {
  it('is a page for each alert and one for what is recorded', () => {
    expect(read(text).map(({ id, kind, title }) => [id, kind, title])).toEqual([
      ['observability:rules.yaml/NodeDown', 'alert', 'NodeDown'],
      ['observability:rules.yaml/DiskFull', 'alert', 'DiskFull'],
      ['observability:rules.yaml/recording-rules', 'alert', 'Recording rules'],
    ]);
  });

  it('says when an alert fires and what to do', () => {
    const [{ description, sections }] = read(text) as [ReturnType<typeof read>[number]];
    expect(description).toBe('Node … does not answer');
    expect(sections).toHaveLength(1);
    expect(sections[0]!.code).toContain('up{job="node"} == 0');
    for (const line of [
      'Node … does not answer',
      'Nobody home.',
      'runbook_url: https://example.org/runbooks/node-down',
      'severity: warning',
      'severity: critical',
      'for 5m',
      'for 1h',
      'group nodes',
    ]) {
      expect(sections[0]!.text.split('\n')).toContain(line);
    }
  });

  it('names what is recorded', () => {
    expect(read(text)[2]!.sections).toMatchObject([
      { anchor: 'nodeupsum', heading: 'node:up:sum', code: 'sum(up)' },
    ]);
  });
});
