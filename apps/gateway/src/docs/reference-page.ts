import { escapeHtml, markup, page, table } from './html.ts';
import type { OpenApi, Operation, Parameter } from './openapi.ts';
import type { Schema } from './schema.ts';

interface Listed {
  path: string;
  method: string;
  operation: Operation;
}

/** All operations and schemas of the document, for people. */
export function referencePage(document: OpenApi): string {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Listed => ({ path, method, operation })),
  );
  const groups = document.tags
    .map((tag) => ({ ...tag, listed: all.filter(({ operation }) => operation.tags.includes(tag.name)) }))
    .filter(({ listed }) => listed.length > 0);
  const used = Object.entries(document.components.schemas);
  const server = document.servers[0]?.url ?? '/';
  return page(
    document.info.title,
    `<nav aria-label="Contents">
<a class="home" href="#top">${escapeHtml(document.info.title)}</a>
${groups
  .map(
    ({ name, listed }) => `<h2>${escapeHtml(name)}</h2>
<ul>${listed.map(({ operation, method }) => `<li><a href="#${operation.operationId}">${badge(method)} ${escapeHtml(operation.operationId.replace(/^[^_]*_/, ''))}</a></li>`).join('')}</ul>`,
  )
  .join('\n')}
<h2>More</h2>
<ul><li><a href="#schemas">Schemas</a></li><li><a href="/search">Search the documentation</a></li><li><a href="/docs/errors">Errors</a></li><li><a href="/openapi.json">OpenAPI 3.1</a></li></ul>
</nav>
<main id="top">
<h1>${escapeHtml(document.info.title)} <small>${escapeHtml(document.info.version)}</small></h1>
${markup(document.info.description)}
${groups
  .map(
    ({ name, description, listed }) => `<section aria-labelledby="tag-${name}">
<h2 id="tag-${name}">${escapeHtml(name)}</h2>
${markup(description ?? '')}
${listed.map((each) => operationOf(each, server)).join('\n')}
</section>`,
  )
  .join('\n')}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${used.map(([name, schema]) => schemaOf(name, schema)).join('\n')}
</section>
</main>`,
  );
}

const badge = (method: string) => `<span class="method ${method}">${method.toUpperCase()}</span>`;

function operationOf({ path, method, operation }: Listed, server: string): string {
  const { operationId, parameters, requestBody } = operation;
  const permission = operation['x-permission'];
  const body = requestBody?.content['application/json']?.schema;
  const inline = body && !body.$ref ? fields(body, 'Body') : '';
  return `<article id="${operationId}">
<h3>${badge(method)} <code>${escapeHtml(path)}</code> <a class="anchor" href="#${operationId}" aria-label="Link to ${operationId}">#</a></h3>
${markup(operation.description ?? operation.summary)}
<p class="facts">Permission <code>${escapeHtml(permission)}</code> · gRPC <code>${escapeHtml(operation['x-grpc-method'])}</code></p>
${parameters.length > 0 ? table('Parameters', parameters.map(parameterRow)) : ''}
${body?.$ref ? `<p>Body: ${typeOf(body)}</p>` : inline}
<p>Answers ${answers(operation)}</p>
<pre><code>${escapeHtml(curl(path, method, operation, server))}</code></pre>
</article>`;
}

function parameterRow({ name, required, description, schema, ...parameter }: Parameter): string {
  return row(
    name,
    `${typeOf(schema)} <small>${parameter.in}</small>`,
    required === true,
    description,
    schema,
  );
}

const row = (
  name: string,
  type: string,
  required: boolean,
  description: string | undefined,
  schema: Schema,
) =>
  `<tr><th scope="row"><code>${escapeHtml(name)}</code>${required ? ' <small class="required">required</small>' : ''}</th><td>${type}</td><td>${markup(description ?? '')}${limits(schema)}</td></tr>`;

function fields({ properties = {}, required = [] }: Schema, caption: string): string {
  const rows = Object.entries(properties).map(([name, schema]) =>
    row(name, typeOf(schema), required.includes(name), schema.description, schema),
  );
  return rows.length > 0 ? table(caption, rows) : '';
}

function schemaOf(name: string, schema: Schema): string {
  return `<article id="schema-${name}"><h3><code>${escapeHtml(name)}</code></h3>
${markup(schema.description ?? '')}
${schema.enum ? `<p class="facts">${schema.enum.map((value) => `<code>${escapeHtml(value)}</code>`).join(' ')}</p>` : fields(schema, 'Fields')}</article>`;
}

function typeOf(schema: Schema): string {
  if (schema.$ref) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    return `<a href="#schema-${name}">${escapeHtml(name)}</a>`;
  }
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  const values = schema['additionalProperties'];
  if (schema.type === 'object' && typeof values === 'object') return `map to ${typeOf(values as Schema)}`;
  return (
    escapeHtml([schema.type ?? 'any JSON'].flat().join(' or ')) +
    (schema.format ? ` <small>${escapeHtml(schema.format)}</small>` : '')
  );
}

const limitNames = [
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'enum',
];

function limits(schema: Schema): string {
  const said = limitNames
    .filter((keyword) => schema[keyword] !== undefined)
    .map((keyword) => `${keyword} <code>${escapeHtml([schema[keyword]].flat().join(' | '))}</code>`);
  return said.length > 0 ? `<p class="facts">${said.join(' · ')}</p>` : '';
}

function answers({ responses }: Operation): string {
  return Object.entries(responses)
    .filter(([status]) => status.startsWith('2') || status.startsWith('3'))
    .map(([status, response]) => {
      const { content = {} } = response as { content?: Record<string, { schema: Schema }> };
      const [type, { schema } = { schema: {} }] = Object.entries(content)[0] ?? ['nothing'];
      const event = schema['x-event-schema'] as Schema | undefined;
      const what = event ? `a stream of ${typeOf(event)}` : schema.$ref ? typeOf(schema) : escapeHtml(type);
      return `<code>${status}</code> ${status === '304' ? 'not changed' : what}`;
    })
    .join(' · ');
}

/** A command to paste; what is to be filled in stands in capitals. */
function curl(path: string, method: string, operation: Operation, server: string): string {
  const upper = (name: string) => name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => upper(name));
  const query = operation.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name }) => `${name}=${upper(name)}`)
    .join('&');
  const base = server === '/' ? '$SCS_URL' : server;
  const stream =
    '200' in operation.responses && JSON.stringify(operation.responses['200']).includes('event-stream');
  return [
    `curl${stream ? ' -N' : ''}${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "${base}${url}${query === '' ? '' : `?${query}`}"`,
    ...(operation.security.length > 0 ? ['  -H "authorization: Bearer $SCS_TOKEN"'] : []),
    ...(operation.requestBody ? [`  -H "content-type: application/json" -d '${sample(operation)}'`] : []),
  ].join(' \\\n');
}

function sample({ requestBody }: Operation): string {
  const { required = [], properties = {} } = requestBody?.content['application/json']?.schema ?? {};
  const value = ({ type }: Schema = {}) => (type === 'integer' ? 1 : type === 'array' ? ['…'] : '…');
  return required.length > 0
    ? JSON.stringify(Object.fromEntries(required.map((name) => [name, value(properties[name])])))
    : requestBody?.required
      ? '{…}'
      : '{}';
}
