import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPages } from './read-pages.ts';

const read = (text: string, path = 'api.yaml') => readPages([{ repo: 'status', path, text }]).pages;

const incidents = `
openapi: 3.1.0
info: {title: Status page, version: 1.2.0, description: "Tells what is broken.\\n\\n## Rights\\n\\nAll may read."}
servers: [{url: https://status.example.org}]
paths:
  /incidents:
    parameters: [{name: tenant, in: header, schema: {type: string}}]
    get:
      operationId: listIncidents
      summary: Lists incidents
      description: The **newest** come first.
      tags: [incidents]
      parameters: [{$ref: '#/components/parameters/Page'}]
      responses:
        '200': {description: What happened, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Incident'}}}}}
        '404': {$ref: '#/components/responses/Gone'}
  /incidents/{id}:
    patch:
      deprecated: true
      requestBody:
        description: What has changed.
        content: {application/json: {schema: {$ref: '#/components/schemas/Incident'}}}
components:
  parameters: {Page: {name: page, in: query, required: true, description: Which one., schema: {type: integer, default: 1}}}
  responses: {Gone: {description: No such page}}
  schemas:
    Base: {properties: {id: {type: string, format: uuid}}, required: [id]}
    Incident:
      allOf: [{$ref: '#/components/schemas/Base'}]
      properties:
        impact: {type: string, enum: [low, high]}
        cause: {$ref: '#/components/schemas/Incident'}
        updates: {type: array, items: {properties: {text: {type: string}}}}
        odd: {$ref: 'other.yaml#/a'}
`;

describe('an OpenAPI document', () => {
  it('is a page for each operation and one for the whole', () => {
    expect(read(incidents).map(({ id, kind, title }) => [id, kind, title])).toEqual([
      ['status:api.yaml', 'guide', 'Status page'],
      ['status:api.yaml/listIncidents', 'operation', 'GET /incidents — Lists incidents'],
      ['status:api.yaml/patch-incidents-id', 'operation', 'PATCH /incidents/{id}'],
    ]);
  });

  it('keeps the sections of its description', () => {
    expect(read(incidents)[0]!.sections).toMatchObject([
      { anchor: '', text: 'Tells what is broken.\nVersion 1.2.0\nhttps://status.example.org' },
      { anchor: 'rights', text: 'All may read.' },
    ]);
  });

  it.each([
    [1, '', 'The newest come first.'],
    [1, 'parameters', 'tenant (in header): string'],
    [1, 'parameters', 'page (in query): integer, required, default 1. Which one.'],
    [1, 'responses', '200: What happened'],
    [1, 'responses', '[].impact: string, one of low, high'],
    [1, 'responses', '[].id: string (uuid), required'],
    [1, 'responses', '[].updates[].text: string'],
    [1, 'responses', '404: No such page'],
    [2, '', 'Deprecated.'],
    [2, 'request', 'What has changed.'],
    [2, 'request', 'odd: any'],
  ])('page %d says in #%s: %s', (page, anchor, line) => {
    const { text } = read(incidents)[page]!.sections.find((section) => section.anchor === anchor)!;
    expect(text.split('\n')).toContain(line);
  });

  it('in JSON, on one line, is the same', () => {
    const text = JSON.stringify({ openapi: '3.0.1', info: { title: 'A' }, paths: { '/b': { get: {} } } });
    expect(read(text, 'openapi.json').map(({ title }) => title)).toEqual(['A', 'GET /b']);
  });

  it('of Swagger 2 has its bodies among the parameters', () => {
    const swagger = `
swagger: "2.0"
info: {title: Old}
host: example.org
basePath: /v1
paths:
  /a:
    post:
      parameters:
      - {name: dry, in: query, type: boolean}
      - {name: body, in: body, schema: {$ref: '#/definitions/A'}}
      responses: {200: {description: Done, schema: {$ref: '#/definitions/A'}}}
definitions: {A: {properties: {size: {type: integer}}}}
`;
    const [overview, post] = read(swagger);
    expect(overview!.sections[0]!.text).toBe('example.org/v1');
    expect(post!.sections.map(({ anchor, text }) => [anchor, text])).toEqual([
      ['', ''],
      ['parameters', 'dry (in query): boolean'],
      ['request', 'size: integer'],
      ['responses', '200: Done\nsize: integer'],
    ]);
  });

  it('whose schemas fan out without end is cut', () => {
    const names = Array.from({ length: 30 }, (_, number) => `s${number}`);
    const properties = Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/schemas/${name}` }]),
    );
    const schemas = Object.fromEntries(names.map((name) => [name, { properties: { ...properties } }]));
    const get = { responses: { 200: { content: { json: { schema: { properties } } } } } };
    const text = JSON.stringify({ openapi: '3.0.0', paths: { '/a': { get } }, components: { schemas } });
    expect(read(text, 'a.json')[1]!.sections.at(-1)!.text.length).toBeLessThan(300_000);
  });
});

const hooks = fileURLToPath(
  new URL(
    '../../../../../../shared/vectors/lifecycle/hooks/capi-v1.8.1-runtime-hooks-openapi.yaml',
    import.meta.url,
  ),
);
if (!existsSync(hooks))
  console.log('skipped: the OpenAPI of runtime hooks, which is not part of this repository');

it.skipIf(!existsSync(hooks))('the hooks of Cluster API are operations', () => {
  const text = readFileSync(hooks, 'utf8');
  const pages = read(text);
  const ids = [...text.matchAll(/operationId: (\w+)/g)].map(([, id]) => `status:api.yaml/${id}`);
  expect(ids.length).toBeGreaterThan(5);
  expect(pages.slice(1).map(({ id }) => id)).toEqual(ids);
  const created = pages.find(({ id }) => id.endsWith('BeforeClusterCreate'))!;
  expect(created.sections.find(({ anchor }) => anchor === 'responses')!.text).toContain(
    'retryAfterSeconds: integer',
  );
});
