// With a proto of its own, for what the API's protos do not have yet. Errors are in edge.int.spec.ts.
import { create, createFileRegistry, setExtension, type DescMethod } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_duration,
  file_google_protobuf_field_mask,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  MethodOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { http } from '@scs/proto/google/api/annotations_pb';
import { HttpRuleSchema } from '@scs/proto/google/api/http_pb';
import { describe, expect, it } from 'vitest';
import { httpRules } from './http-rule.ts';
import { nearest } from './nearest.ts';
import { queryFields } from './request-field.ts';
import { requestReader } from './transcode.ts';

type Rule = Partial<Record<'get' | 'post' | 'patch', string>> & { body?: string; more?: Rule[] };

/** The RPC `Shelve(Request)` under a rule. */
function shelve(rule: Rule): DescMethod {
  const toProto = ({
    body = '',
    more = [],
    ...pattern
  }: Rule): ReturnType<typeof create<typeof HttpRuleSchema>> => {
    const [name, value] = Object.entries(pattern)[0]!;
    return create(HttpRuleSchema, {
      body,
      pattern: { case: name as 'get', value },
      additionalBindings: more.map(toProto),
    });
  };
  const options = create(MethodOptionsSchema);
  setExtension(options, http, toProto(rule));
  const field = (name: string, number: number, type: Type, typeName = '', repeated = false) => ({
    name,
    number,
    type,
    typeName,
    jsonName: name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    label: repeated ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
  });
  const file = create(FileDescriptorProtoSchema, {
    name: 'test.proto',
    package: 'test',
    syntax: 'proto3',
    dependency: ['timestamp', 'duration', 'field_mask', 'wrappers'].map(
      (name) => `google/protobuf/${name}.proto`,
    ),
    enumType: [
      {
        name: 'Order',
        value: ['ORDER_UNSPECIFIED', 'ORDER_NEWEST'].map((name, number) => ({ name, number })),
      },
    ],
    messageType: [
      {
        name: 'Book',
        field: [
          field('name', 1, Type.STRING),
          field('title', 2, Type.STRING),
          field('author', 3, Type.MESSAGE, '.test.Author'),
          field('tags', 4, Type.STRING, '', true),
          field('sequel', 5, Type.MESSAGE, '.test.Book'),
        ],
      },
      { name: 'Author', field: [field('full_name', 1, Type.STRING), field('born', 2, Type.INT32)] },
      {
        name: 'Request',
        field: [
          field('parent', 1, Type.STRING),
          field('book', 2, Type.MESSAGE, '.test.Book'),
          field('update_mask', 3, Type.MESSAGE, '.google.protobuf.FieldMask'),
          field('since', 4, Type.MESSAGE, '.google.protobuf.Timestamp'),
          field('keep', 5, Type.MESSAGE, '.google.protobuf.Duration'),
          field('lent', 6, Type.MESSAGE, '.google.protobuf.BoolValue'),
          field('order', 7, Type.ENUM, '.test.Order'),
          field('tags', 8, Type.STRING, '', true),
          field('big', 9, Type.INT64),
          field('shelf_number', 10, Type.INT32),
          field('dry_run', 11, Type.BOOL),
          field('books', 12, Type.MESSAGE, '.test.Book', true),
        ],
      },
    ],
    service: [
      {
        name: 'Shelves',
        method: [{ name: 'Shelve', inputType: '.test.Request', outputType: '.test.Book', options }],
      },
    ],
  });
  const imports = [
    file_google_protobuf_timestamp,
    file_google_protobuf_duration,
    file_google_protobuf_field_mask,
    file_google_protobuf_wrappers,
  ];
  const set = create(FileDescriptorSetSchema, { file: [...imports.map(({ proto }) => proto), file] });
  return createFileRegistry(set).getService('test.Shelves')!.method['shelve']!;
}

function read(rule: Rule, path: string, body?: unknown, binding = 0): Record<string, unknown> {
  const method = shelve(rule);
  const [segments = '', query] = path.split('?');
  const message = requestReader(method, httpRules(method)[binding]!)(
    segments.slice(1).split(':')[0]!.split('/'),
    new URLSearchParams(query),
    body as never,
  );
  return message as unknown as Record<string, unknown>;
}

describe('the query', () => {
  const rule: Rule = { get: '/v1/{parent=shelves/*}/books' };
  it('leaves out what path and body give, lists of messages, and messages inside themselves', () => {
    expect(queryFields(shelve(rule).input, new Set(['parent'])).map(({ name }) => name)).toEqual([
      'book.name',
      'book.title',
      'book.author.fullName',
      'book.author.born',
      'book.tags',
      'updateMask',
      'since',
      'keep',
      'lent',
      'order',
      'tags',
      'big',
      'shelfNumber',
      'dryRun',
    ]);
  });
  it.each([
    ['tags=a&tags=b,c', { tags: ['a', 'b,c'] }],
    ['order=ORDER_NEWEST', { order: 1 }],
    ['order=1', { order: 1 }],
    ['big=9007199254740993', { big: 9007199254740993n }],
    ['dry_run=true', { dryRun: true }],
    ['lent=false', { lent: false }],
    ['since=2026-05-01T02:00:00%2B02:00', { since: { seconds: 1777593600n } }],
    ['keep=1.5s', { keep: { seconds: 1n, nanos: 500_000_000 } }],
    ['updateMask=title,author.full_name', { updateMask: { paths: ['title', 'author.full_name'] } }],
    ['book.author.fullName=A%20B&book.title=T', { book: { title: 'T', author: { fullName: 'A B' } } }],
  ])('reads %s', (query, expected) => {
    expect(read(rule, `/v1/shelves/1/books?${query}`)).toMatchObject({ parent: 'shelves/1', ...expected });
  });
  it.each([
    'dryRun=yes',
    'dryRun=',
    'order=NEWEST',
    'big=1.5',
    'since=',
    'books=x',
    'book=x',
    'book.sequel.title=x',
    'parent=shelves/2',
  ])('refuses %s', (query) => {
    expect(() => read(rule, `/v1/shelves/1/books?${query}`)).toThrow(`${query.split('=')[0]!}: `);
  });
});

describe('the path', () => {
  it('gives numbers and deep fields', () => {
    expect(read({ get: '/v1/{shelf_number}/{book.author.full_name}' }, '/v1/12/A%2FB')).toMatchObject({
      shelfNumber: 12,
      book: { author: { fullName: 'A/B' } },
    });
    expect(() => read({ get: '/v1/{shelf_number}/x' }, '/v1/twelve/x')).toThrow('shelfNumber: ');
  });
  it('has every binding', () => {
    const rule: Rule = {
      get: '/v1/{parent=shelves/*}',
      more: [{ post: '/v2/{parent=shelves/*}', body: '*' }],
    };
    expect(read(rule, '/v2/shelves/1', { tags: ['a'] }, 1)).toMatchObject({
      parent: 'shelves/1',
      tags: ['a'],
    });
  });
  it('must name fields that exist', () => {
    expect(() => read({ get: '/v1/{nothing}' }, '/v1/a')).toThrow('has no field nothing');
  });
});

describe('the body', () => {
  const patch: Rule = { patch: '/v1/{book.name=books/*}', body: 'book' };
  it('agrees with the path, or is refused', () => {
    const rule: Rule = { post: '/v1/{parent=shelves/*}:sort', body: '*' };
    expect(read(rule, '/v1/shelves/1:sort', { parent: 'shelves/1', shelfNumber: 3 })).toMatchObject({
      shelfNumber: 3,
    });
    expect(() => read(rule, '/v1/shelves/1:sort', { parent: 'shelves/2' })).toThrow(
      'something else than the path',
    );
    expect(() => read(rule, '/v1/shelves/1:sort?tags=a')).toThrow('tags: there is no such query parameter');
  });
  it('gives a PATCH its mask, down into messages but not into lists', () => {
    const mask = (body: unknown) => read(patch, '/v1/books/1', body)['updateMask'];
    expect(mask({ title: 'T', author: { fullName: 'A' }, tags: [] })).toMatchObject({
      paths: ['title', 'author.full_name', 'tags'],
    });
    expect(mask({ title: null, author: {} })).toMatchObject({ paths: ['title', 'author'] });
    expect(mask({ name: 'books/1' })).toMatchObject({ paths: [] });
  });
  it('is named to the field when it is wrong', () => {
    const fault = (body: unknown) => () => read(patch, '/v1/books/1', body);
    expect(fault({ author: { born: 'x' } })).toThrow('author.born: expected number (int32), got "x"');
    expect(fault({ author: { fulName: 'x' } })).toThrow(
      'author.fulName: there is no such field; did you mean fullName?',
    );
    expect(fault({ tags: ['a', 1] })).toThrow('tags: ');
    const rule: Rule = { post: '/v1/books', body: '*' };
    expect(() => read(rule, '/v1/books', { books: [{}, { titel: 'x' }] })).toThrow('books.1.titel: ');
  });
  it('must be a message', () => {
    expect(() => read({ post: '/v1/books', body: 'tags' }, '/v1/books')).toThrow(
      'the body must be a message',
    );
  });
});

describe('nearest', () => {
  it.each([
    ['pagesize', 'pageSize'],
    ['page_size', 'pageSize'],
    ['pagTokn', 'pageToken'],
    ['x', undefined],
    ['subject', undefined],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['pageSize', 'pageToken'])).toBe(meant);
  });
});
