import type { DescField, DescMethod, DescService } from '@bufbuild/protobuf';
import { permissionOf } from '@scs/grpc';
import type { Comments } from './comments.ts';
import { httpRules, type HttpRule } from '../rest/http-rule.ts';
import { documentedPath } from '../rest/path-parameter.ts';
import { kinds } from '../rest/problem.ts';
import { fieldPath, queryFields } from '../rest/request-field.ts';
import { createSchemas, isRequired, type Schema, type Schemas } from './schema.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, object>;
  security: Record<string, string[]>[];
  'x-permission': string;
  'x-grpc-method': string;
}

/** The parts of an OpenAPI 3.1 document that we write. */
export interface OpenApi {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string; license: object };
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<string, object>;
    securitySchemes: Record<string, object>;
  };
}

const description = `One API for certification, clusters, billing and documentation, also spoken as gRPC.

JSON is proto JSON: names in lowerCamelCase, 64-bit numbers as strings, times as RFC 3339. Answers write out fields that are false, zero
or empty; a field that is not set (a time, say) is left out. Requests may leave out everything that is not required, but a field or query
parameter that does not exist is an error. Every error is an RFC 9457 problem document.`;

/** The document of all routes of the services, made of descriptors and comments alone. */
export function openApiOf(
  services: readonly DescService[],
  comments: Comments,
  { version, publicUrl }: { version: string; publicUrl: string },
): OpenApi {
  const schemas = createSchemas(comments);
  const paths: OpenApi['paths'] = {};
  for (const service of services) {
    for (const method of service.methods) {
      httpRules(method).forEach((rule, index) => {
        const { path, operation } = operationOf(method, rule, index, schemas, comments);
        (paths[path] ??= {})[rule.method.toLowerCase()] = operation;
      });
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'SCS Control Plane',
      version,
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl === '' ? '/' : publicUrl }],
    tags: services.map((service) => {
      const text = comments.get(service.typeName);
      return { name: tagOf(service), ...(text === undefined ? {} : { description: text }) };
    }),
    paths,
    components: {
      schemas: { Problem: problemSchema, ...schemas.components },
      responses: problemResponses,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token of a trusted issuer, or an API token (`scscp_…`)',
        },
      },
    },
  };
}

/** `SubjectService` → `Subject` */
const tagOf = (service: DescService) => service.name.replace(/Service$/, '');

function operationOf(
  method: DescMethod,
  rule: HttpRule,
  index: number,
  schemas: Schemas,
  comments: Comments,
): { path: string; operation: Operation } {
  const { path, parameters } = documentedPath(rule.template, (name) =>
    schemas.ofField(fieldPath(method.input, name).at(-1)!),
  );
  const text = comments.get(`${method.parent.typeName}.${method.name}`) ?? method.name;
  const permission = permissionOf(method);
  const query =
    rule.body === '*'
      ? []
      : queryFields(method.input, new Set([...rule.template.variables.map(({ field }) => field), rule.body]));
  return {
    path,
    operation: {
      operationId: `${method.parent.name}_${method.name}${index === 0 ? '' : index + 1}`,
      tags: [tagOf(method.parent)],
      summary: summaryOf(text),
      description: text,
      parameters: [
        ...parameters.map(({ name, schema }): Parameter => ({ name, in: 'path', required: true, schema })),
        ...query.map(({ name, path: fields }) =>
          queryParameter(name, fields.at(-1)!, fields.length === 1, schemas),
        ),
      ],
      ...bodyOf(method, rule, schemas),
      responses: { ...answerOf(method, schemas), ...problemsOf(permission, parameters.length > 0) },
      security: permission === 'public' ? [] : [{ bearer: [] }],
      'x-permission': permission,
      'x-grpc-method': `${method.parent.typeName}/${method.name}`,
    },
  };
}

/** The first sentence, without its end. */
const summaryOf = (text: string) => text.replaceAll('\n', ' ').split(/[.:;](?:\s|$)/)[0]!;

function queryParameter(name: string, field: DescField, top: boolean, schemas: Schemas): Parameter {
  const { description: text, ...schema } = schemas.ofField(field);
  return {
    name,
    in: 'query',
    // Inside a message that may be left out nothing must be given.
    ...(top && isRequired(field) ? { required: true } : {}),
    ...(text === undefined ? {} : { description: text }),
    schema,
  };
}

function bodyOf(
  { input }: DescMethod,
  { body, template }: HttpRule,
  schemas: Schemas,
): Pick<Operation, 'requestBody'> {
  if (body === '') return {};
  if (body === '*') {
    const bound = new Set(template.variables.map(({ field }) => field));
    const schema = { ...schemas.inline(input, bound), additionalProperties: false };
    return {
      requestBody: { required: schema.required !== undefined, content: { 'application/json': { schema } } },
    };
  }
  const field = fieldPath(input, body)[0]!;
  return {
    requestBody: {
      required: isRequired(field),
      content: { 'application/json': { schema: schemas.ofField(field) } },
    },
  };
}

function answerOf({ output, methodKind }: DescMethod, schemas: Schemas): Record<string, object> {
  if (methodKind === 'server_streaming')
    return {
      200: {
        description:
          'Server-sent events. `message`: the schema under `x-event-schema`. `error`: a Problem. `end`: there is no more, do not reconnect.',
        content: {
          'text/event-stream': { schema: { type: 'string', 'x-event-schema': schemas.ofMessage(output) } },
        },
      },
    };
  if (output.typeName === 'google.protobuf.Empty') return { 204: { description: 'Done' } };
  if (output.typeName === 'google.api.HttpBody')
    return {
      200: {
        description: 'The document, in its own media type',
        headers: { etag: { description: 'Send it back as `if-none-match`', schema: { type: 'string' } } },
        content: { '*/*': { schema: {} } },
      },
      304: { description: 'Not changed since the `if-none-match` that was sent' },
    };
  return {
    200: { description: 'Done', content: { 'application/json': { schema: schemas.ofMessage(output) } } },
  };
}

function problemsOf(permission: string, named: boolean): Record<string, object> {
  const refer = (name: string) => ({ $ref: `#/components/responses/${name}` });
  return {
    400: refer('Invalid'),
    ...(permission === 'public' ? {} : { 401: refer('Unauthenticated') }),
    ...(permission === 'public' || permission === 'authenticated' ? {} : { 403: refer('Forbidden') }),
    ...(named ? { 404: refer('NotFound') } : {}),
    default: refer('Problem'),
  };
}

const problemSchema: Schema = {
  type: 'object',
  description: 'RFC 9457, with a stable reason for programs',
  required: ['type', 'title', 'status', 'detail', 'reason', 'instance', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Page about the reason' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong, and what to do' },
    reason: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$', description: 'Stable' },
    instance: { type: 'string', format: 'uri-reference', description: 'Path of the request' },
    requestId: { type: 'string', description: 'The same as the header `x-request-id`' },
    metadata: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'The values in `detail`',
    },
    violations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'description'],
        properties: { field: { type: 'string' }, description: { type: 'string' } },
      },
    },
  },
};

const problemResponse = (text: string) => ({
  description: text,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const problemResponses = {
  Invalid: problemResponse(kinds.invalid.meaning),
  Unauthenticated: problemResponse(kinds.unauthenticated.meaning),
  Forbidden: problemResponse(kinds.forbidden.meaning),
  NotFound: problemResponse(kinds['not-found'].meaning),
  Problem: problemResponse('Any other error'),
};
