import { describe, expect, it } from 'vitest';
import { failureOf, textFailure } from './failure.ts';
import { hiderOf } from './secrets.ts';

// What Helm 4.1.4 prints.
const cases: [name: string, stderr: string, reason: string, message: string][] = [
  [
    'a value that is not there',
    'Error: app/templates/o.yaml:1:10\n  executing "app/templates/o.yaml" at <.Values.a.b.c>:\n    nil pointer evaluating interface {}.b\n\nUse --debug flag to render out invalid YAML\n',
    'template',
    'chart app.tgz: templates/o.yaml line 1: nil pointer evaluating interface {}.b (at {{ .Values.a.b.c }})',
  ],
  [
    'the innermost place of an include',
    'Error: app/templates/o.yaml:2:6\n  executing "app/templates/o.yaml" at <include "x" .>:\n    error calling include:\napp/templates/_x.tpl:7:26\n  executing "x" at <.Values.a.b.c>:\n    nil pointer evaluating interface {}.c\n',
    'template',
    'chart app.tgz: templates/_x.tpl line 7: nil pointer evaluating interface {}.c (at {{ .Values.a.b.c }})',
  ],
  [
    "the chart's own words",
    'Error: execution error at (app/charts/sub/templates/o.yaml:1:3): a name is required\n\nUse --debug flag to render out invalid YAML\n',
    'template',
    'chart app.tgz: charts/sub/templates/o.yaml line 1: a name is required',
  ],
  [
    'a template that is no template',
    'Error: parse error at (app/templates/o.yaml:3): function "foo" not defined\n',
    'template',
    'chart app.tgz: templates/o.yaml line 3: function "foo" not defined',
  ],
  [
    'broken YAML',
    'Error: YAML parse error on app/templates/o.yaml: error converting YAML to JSON: yaml: line 4: mapping values are not allowed in this context\n\nUse --debug flag to render out invalid YAML\n',
    'template',
    'chart app.tgz: templates/o.yaml gives no YAML of an object (line 4: mapping values are not allowed in this context)',
  ],
  [
    'a list in place of an object',
    'Error: YAML parse error on app/templates/o.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type util.SimpleHead\n',
    'template',
    'chart app.tgz: templates/o.yaml gives no YAML of an object (it is a list)',
  ],
  [
    'missing dependencies',
    'Error: an error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: cilium, metrics-server\n',
    'dependencies',
    'chart app.tgz: its dependencies are not packed with it: cilium, metrics-server; run "helm dependency build" and package it again',
  ],
  [
    'values that are no YAML',
    'Error: failed to parse -: cannot unmarshal yaml document: error converting YAML to JSON: yaml: mapping values are not allowed in this context\n',
    'values',
    'chart app.tgz: its values are no YAML mapping (mapping values are not allowed in this context)',
  ],
  [
    'values that are a list',
    'Error: failed to parse -: cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}\n',
    'values',
    'chart app.tgz: its values are no YAML mapping (it is a list)',
  ],
  [
    'values that do not fit, without the value',
    "Error: values don't meet the specifications of the schema(s) in the following chart(s):\napp:\n- at '/a': 'hunter2' does not match pattern '^b'\n- at '/b': got number, want string\n\n",
    'values',
    "chart app.tgz: its values do not fit its schema: at '/a': the value does not match pattern '^b'; at '/b': got number, want string",
  ],
  [
    'the wrong version of Kubernetes',
    'Error: chart requires kubeVersion: >=1.99 which is incompatible with Kubernetes v1.27.3\n',
    'invalid-chart',
    'chart app.tgz: it wants Kubernetes >=1.99, and is for v1.27.3 here',
  ],
  [
    'what is no chart, without the path',
    "Error: file '/var/lib/releases/x/app.tgz' does not appear to be a gzipped archive; got 'application/octet-stream'\n",
    'invalid-chart',
    "chart app.tgz: cannot be read (file app.tgz does not appear to be a gzipped archive; got 'application/octet-stream'); package it again",
  ],
];

describe('failureOf', () => {
  it.each(cases)('says %s in one line', (_, stderr, reason, message) => {
    expect(failureOf('app.tgz', stderr, (text) => text)).toMatchObject({ reason, message });
  });

  it('is short even where Helm is not', () => {
    const round =
      'template: app/templates/o.yaml:1:19: executing "r" at <include "r" .>: error calling include: ';
    const stderr = `Error: ${round.repeat(1000)}rendering template has a nested reference name: r: unable to execute template\n`;
    expect(failureOf('app', stderr, (text) => text).message).toBe(
      'chart app: templates/o.yaml line 1: rendering template has a nested reference name: r: unable to execute template (at {{ include "r" . }})',
    );
  });

  it('hides values with names of secrets, of several lines, and long words', () => {
    const hide = hiderOf({
      cloud: { password: 'hunter2', region: 'north' },
      config: '[Global]\nuser=somebody-here\n',
      id: 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3',
      flavor: 'SCS-2V-4',
    });
    const stderr =
      'Error: execution error at (app/templates/o.yaml:1:3): SCS-2V-4 hunter2 user=somebody-here a94a8fe5ccb19ba61c4c0873d391e987982fbbd3\n';
    expect(failureOf('app', stderr, hide).message).toBe('chart app: templates/o.yaml line 1: SCS-2V-4 … … …');
  });
});

describe('textFailure', () => {
  it('tells the line in the text, without the text', () => {
    const stderr =
      'Error: template: text/templates/text.yaml:5:8: executing "text/templates/text.yaml" at <tpl (.Files.Get "text") $data>: error calling tpl: error during tpl function execution for "a secret\\n{{ .x.y }}": template: gotpl:2:10: executing "gotpl" at <.x.y>: nil pointer evaluating interface {}.y\n';
    expect(textFailure(stderr).message).toBe(
      'the template fails in line 2: nil pointer evaluating interface {}.y (at {{ .x.y }})',
    );
  });
});
