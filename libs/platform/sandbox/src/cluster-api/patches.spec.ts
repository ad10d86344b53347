import { describe, expect, it } from 'vitest';
import { renderTemplate } from './go-template.ts';
import { applyJsonPatch, patchBetween } from './json-patch.ts';
import type { Template } from './kinds.ts';
import { patchTemplate, type ClassPatch } from './patches.ts';

const data = {
  name: 'blue',
  audit: { enabled: true, maxAge: 30 },
  names: ['a', 'b'],
  none: [],
  count: 2,
  builtin: { cluster: { name: 'one', topology: { version: 'v1.34.3' } } },
};

describe('a template', () => {
  it.each([
    ['a field', '{{ .name }}-{{ .builtin.cluster.name }}', 'blue-one'],
    ['a condition that holds', '{{ if .names }}true{{ end }}', 'true'],
    ['a condition that does not', '{{ if .none }}true{{ else }}false{{ end }}', 'false'],
    ['a chain of conditions', '{{ if .none }}a{{ else if eq .name "blue" }}b{{ else }}c{{ end }}', 'b'],
    ['a comparison with several', '{{ eq .name "red" "blue" }}', 'true'],
    ['numbers', '{{ if gt .count 1 }}many{{ end }}', 'many'],
    ['a loop with trimmed space', '{{ range .names -}}\n- {{ . }};{{ end }}', '- a;- b;'],
    ['a loop with index', '{{ range $i, $n := .names }}{{ $i }}={{ $n }} {{ end }}', '0=a 1=b '],
    ['with', '{{ with .audit }}{{ .maxAge }}{{ $.name }}{{ end }}', '30blue'],
    ['a pipe', '{{ .name | upper | quote }}', '"BLUE"'],
    ['parentheses', '{{ if and .audit.enabled (ne .name "red") }}yes{{ end }}', 'yes'],
    ['a raw string', '{{ `{{ ds.meta_data.name }}` }}', '{{ ds.meta_data.name }}'],
    ['printf', '{{ printf "%s/%d" .name .count }}', 'blue/2'],
    ['a default', '{{ .missing | default "other" }}', 'other'],
    ['a variable', '{{ $v := .name }}{{ $v }}', 'blue'],
    ['a comment', 'a{{/* nothing */}}b', 'ab'],
  ])('renders %s', (_what, template, text) => expect(renderTemplate(template, data)).toBe(text));

  it('says which function it does not know', () => {
    expect(() => renderTemplate('{{ genCA "x" 1 }}', data)).toThrow('function "genCA" not defined');
  });

  it('says that an end is missing', () => {
    expect(() => renderTemplate('{{ if .name }}x', data)).toThrow('{{end}} is missing');
  });
});

describe('a JSON patch', () => {
  it.each([
    ['adds a field', { op: 'add', path: '/b', value: 1 }, { a: [1, 2], b: 1 }],
    ['appends to a list', { op: 'add', path: '/a/-', value: 3 }, { a: [1, 2, 3] }],
    ['inserts into a list', { op: 'add', path: '/a/0', value: 0 }, { a: [0, 1, 2] }],
    ['replaces', { op: 'replace', path: '/a/1', value: 9 }, { a: [1, 9] }],
    ['removes', { op: 'remove', path: '/a/0' }, { a: [2] }],
    ['reads escaped names', { op: 'add', path: '/x~1y~0z', value: 1 }, { a: [1, 2], 'x/y~z': 1 }],
  ] as const)('%s', (_what, operation, result) => {
    const document = { a: [1, 2] };
    applyJsonPatch(document, operation);
    expect(document).toEqual(result);
  });

  it.each([
    ['a parent is missing', { op: 'add', path: '/b/c', value: 1 }, 'doc is missing path: /b/c'],
    ['there is nothing to replace', { op: 'replace', path: '/b', value: 1 }, 'doc is missing key: /b'],
    ['an index is too high', { op: 'add', path: '/a/3', value: 1 }, 'doc is missing index: /a/3'],
  ] as const)('is refused where %s', (_what, operation, message) => {
    expect(() => applyJsonPatch({ a: [1, 2] }, operation)).toThrow(message);
  });
});

it('finds what must be merged to make one object the other', () => {
  expect(patchBetween({ a: 1, b: { c: 1, d: 2 }, e: [1] }, { a: 1, b: { c: 1, d: 3 }, e: [1, 2] })).toEqual({
    b: { d: 3 },
    e: [1, 2],
  });
  expect(patchBetween({ a: 1, b: { c: 1 } }, { a: 1, b: {} })).toEqual({ b: { c: null } });
  expect(patchBetween({ a: 1 }, { a: 1, b: undefined })).toBeUndefined();
});

describe('patches of a class', () => {
  const template: Template = {
    apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
    kind: 'KubeadmControlPlaneTemplate',
    metadata: { name: 'x' },
    spec: { template: { spec: { registry: 'old' } } },
  };
  const patch = (
    more: Partial<ClassPatch>,
    selector: Record<string, unknown> = { controlPlane: true },
  ): ClassPatch => ({
    name: 'registry',
    definitions: [
      {
        selector: { apiVersion: template.apiVersion, kind: template.kind, matchResources: selector },
        jsonPatches: [
          { op: 'replace', path: '/spec/template/spec/registry', valueFrom: { variable: 'name' } },
        ],
      },
    ],
    ...more,
  });
  const registry = (...patches: ClassPatch[]) =>
    patchTemplate(template, { controlPlane: true }, patches, data).spec.template.spec['registry'];

  it('take a value from a variable', () => expect(registry(patch({}))).toBe('blue'));
  it('leave the template itself alone', () =>
    expect(template.spec.template.spec).toEqual({ registry: 'old' }));
  it('count only where they are enabled', () =>
    expect(registry(patch({ enabledIf: '{{ eq .name "red" }}' }))).toBe('old'));
  it('count only for what they select', () => {
    expect(registry(patch({}, { machineDeploymentClass: { names: ['worker'] } }))).toBe('old');
  });
  it('select classes of workers by pattern', () => {
    const selecting = patch({}, { machineDeploymentClass: { names: ['default-*'] } });
    const patched = patchTemplate(template, { machineDeploymentClass: 'default-worker' }, [selecting], data);
    expect(patched.spec.template.spec['registry']).toBe('blue');
  });
  it('read the text of a template as YAML', () => {
    const valueFrom = { template: '- name: age\n  value: "{{ .audit.maxAge }}"\n' };
    const listed = patch({});
    listed.definitions?.[0]?.jsonPatches.splice(0, 1, {
      op: 'add',
      path: '/spec/template/spec/registry',
      valueFrom,
    });
    expect(registry(listed)).toEqual([{ name: 'age', value: '30' }]);
  });
  it('are named when they fail', () => {
    const wrong = patch({});
    wrong.definitions?.[0]?.jsonPatches.splice(0, 1, { op: 'replace', path: '/spec/nothing', value: 1 });
    expect(() => registry(wrong)).toThrow(
      'failed to generate patches for patch "registry": replace operation does not apply',
    );
  });
});
