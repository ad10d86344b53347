import { expect, it } from 'vitest';
import { templateVariables } from './template-variables.ts';

it.each<[what: string, template: string, names: string[]]>([
  ['at its root', '{{ .workerFlavor }}', ['workerFlavor']],
  ['with fields', '{{ .builtin.cluster.name }}-{{.audit.maxAge}}', ['builtin', 'audit']],
  [
    'in conditions',
    '{{- if and .a (not .b) (eq .c.d 1) -}}x{{ else if .e }}y{{ end }}',
    ['a', 'b', 'c', 'e'],
  ],
  ['behind pipes and in assignments', '{{ $x := .a | default .b }}{{ $x.c }}', ['a', 'b']],
  [
    'before a loop, not in it',
    '{{ range $i, $e := .list }}{{ .field }}{{ $.root }}{{ end }}{{ .after }}',
    ['list', 'root', 'after'],
  ],
  [
    'before a new dot, not in it',
    '{{ with .object }}{{ if .field }}{{ .other }}{{ end }}{{ end }}',
    ['object'],
  ],
  ['not in texts and comments', '{{ eq .a ".b" }}{{/* .c */}}{{ printf `.d` }}', ['a']],
  ['not outside of braces', 'a: .b', []],
  ['not in numbers', '{{ add .5 1.5 }}', []],
  ['on many lines', '{{ if\n .a }}\n{{ end }}', ['a']],
])('a template reads variables %s', (_, template, names) => {
  expect(templateVariables(template)).toEqual(names);
});
