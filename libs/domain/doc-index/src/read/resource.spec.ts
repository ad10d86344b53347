import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPages } from './read-pages.ts';

const read = (text: string) => readPages([{ repo: 'crds', path: 'a.yaml', text }]).pages;

const definition = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: paint.example.org
  scope: Namespaced
  names: {kind: Wall, plural: walls, shortNames: [wl]}
  versions:
  - name: v1alpha1
    served: true
    deprecated: true
    schema: {openAPIV3Schema: {description: Old walls.}}
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Dry, description: Whether it can be touched}]
    schema:
      openAPIV3Schema:
        description: A wall with its colour.
        properties:
          apiVersion: {type: string}
          metadata: {type: object}
          spec:
            description: What is wanted.
            required: [colour]
            properties:
              colour: {type: string, default: white, enum: [white, green], description: What it looks like.}
              coats:
                type: array
                description: One after the other.
                items: {type: object, properties: {litres: {type: integer, format: int32}}}
              nailsBySize:
                additionalProperties: {properties: {count: {x-kubernetes-int-or-string: true}}}
              template:
                properties: {brush: {properties: {width: {type: number}}}}
`;

describe('a custom resource definition', () => {
  it('is a page of its kind, in the version that is kept', () => {
    expect(read(definition)).toMatchObject([
      {
        id: 'crds:a.yaml/Wall',
        kind: 'resource',
        title: 'Wall (paint.example.org/v1)',
        description: 'A wall with its colour.',
      },
    ]);
    const [overview] = read(definition)[0]!.sections;
    for (const fact of [
      'walls.paint.example.org',
      'wl',
      'v1alpha1 (deprecated)',
      'Dry – Whether it can be',
    ]) {
      expect(overview!.text).toContain(fact);
    }
  });

  it.each([
    ['spec', 'spec', 'colour: string, required, default white, one of white, green. What it looks like.'],
    ['spec', 'spec', 'coats: list of object. One after the other.'],
    ['spec-coats', 'spec.coats[]', 'litres: integer (int32)'],
    ['spec-nailsBySize', 'spec.nailsBySize.*', 'count: integer or string'],
    ['spec-template-brush', 'spec.template.brush', 'width: number'],
  ])('has a section #%s for %s that says "%s"', (anchor, heading, line) => {
    const section = read(definition)[0]!.sections.find((one) => one.anchor === anchor);
    expect(section).toMatchObject({ heading });
    expect(section!.text.split('\n')).toContain(line);
  });

  it('may stand between other objects', () => {
    const file = `kind: Namespace\n${definition}${definition.replaceAll('Wall', 'Door')}---\nkind: Secret\n`;
    expect(read(file).map(({ id }) => id)).toEqual(['crds:a.yaml/Wall', 'crds:a.yaml/Door']);
  });

  it('of a kind that another group has too is told apart', () => {
    const file = definition + definition.replace('paint.', 'brick.');
    expect(read(file).map(({ id }) => id)).toEqual(['crds:a.yaml/Wall', 'crds:a.yaml/Wall-1']);
  });
});

const vectors = fileURLToPath(new URL('../../../../../../shared/vectors/lifecycle/crds/', import.meta.url));
if (!existsSync(vectors))
  console.log('skipped: the CRDs of Cluster API, which are not part of this repository');

describe.skipIf(!existsSync(vectors))('the CRDs of Cluster API, OpenStack and cluster stacks', () => {
  const files = () =>
    readdirSync(vectors, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.yaml'))
      .map((path) => ({ repo: 'crds', path, text: readFileSync(join(vectors, path), 'utf8') }));

  it('are all read, with anchors that are not used twice', () => {
    const { pages, problems } = readPages(files());
    expect(problems).toEqual([]);
    expect(pages.length).toBeGreaterThan(30);
    for (const { id, kind, description, sections } of pages) {
      expect({ id, kind, described: description !== '' }).toEqual({ id, kind: 'resource', described: true });
      const anchors = sections.map(({ anchor }) => anchor);
      expect({ id, anchors: new Set(anchors).size }).toEqual({ id, anchors: anchors.length });
      expect(anchors).toContain('spec');
    }
  });
});
