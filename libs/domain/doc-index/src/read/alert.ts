import GithubSlugger from 'github-slugger';
import { inline, record, records, string, type Data } from './data.ts';
import { aSection, lines, type Outline } from './outline.ts';

/** Rules of Prometheus: a page for each alert (rules that share a name differ in severity only), and one for all recording rules. */
export function readRules(groups: readonly Data[]): Outline[] {
  const rules = groups.flatMap(({ name, rules: ofGroup }) =>
    records(ofGroup).map((rule) => ({ group: inline(name), rule })),
  );
  const alerts = Map.groupBy(
    rules.filter(({ rule }) => inline(rule['alert']) !== ''),
    ({ rule }) => inline(rule['alert']),
  );
  const recordings = rules.filter(({ rule }) => inline(rule['record']) !== '');
  return [
    ...Array.from(alerts, ([name, ofAlert]) => readAlert(name, ofAlert)),
    ...(recordings.length > 0 ? [readRecordings(recordings)] : []),
  ];
}

interface Rule {
  group: string;
  rule: Data;
}

function readAlert(name: string, rules: readonly Rule[]): Outline {
  const summaries = rules.map(({ rule }) => {
    const { summary, description, message } = record(rule['annotations']);
    return withoutTemplates(inline(summary) || inline(description) || inline(message));
  });
  return {
    name,
    kind: 'alert',
    title: name,
    description: summaries[0]!,
    sections: [
      aSection({
        text: lines(rules.map(alertText)),
        code: lines(rules.map(({ rule }) => string(rule['expr']))),
      }),
    ],
  };
}

function alertText({ group, rule }: Rule): string {
  const annotations = Object.entries(record(rule['annotations']));
  const labels = Object.entries(record(rule['labels']));
  return lines(
    ...annotations.map(([name, value]) =>
      /^(summary|description|message)$/.test(name)
        ? withoutTemplates(inline(value))
        : `${name}: ${withoutTemplates(inline(value))}`,
    ),
    ...labels.map(([name, value]) => `${name}: ${withoutTemplates(inline(value))}`),
    inline(rule['for']) && `for ${inline(rule['for'])}`,
    group && `group ${group}`,
  );
}

/** `Host {{ $labels.instance }} is down`: what stands there at run time is not known. */
const withoutTemplates = (text: string): string => text.replace(/\{\{[^{}]*\}\}/g, '…');

function readRecordings(rules: readonly Rule[]): Outline {
  const slugger = new GithubSlugger();
  return {
    name: 'recording-rules',
    kind: 'alert',
    title: 'Recording rules',
    description: [...new Set(rules.map(({ group }) => group))].join(', '),
    sections: rules.map(({ group, rule }) => {
      const heading = inline(rule['record']);
      const code = string(rule['expr']);
      return aSection({ anchor: slugger.slug(heading), heading, code, text: group && `group ${group}` });
    }),
  };
}
