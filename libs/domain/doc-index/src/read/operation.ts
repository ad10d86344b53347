import { inline, isRecord, record, records, string, type Data } from './data.ts';
import { readSections } from './markdown.ts';
import { aSection, lines, type Outline } from './outline.ts';
import { describe, objectsOf, type Resolve } from './schema.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const deepest = 5;
/** Of the fields of all operations together: thousands of operations may share one large schema. */
const mostCharacters = 8_000_000;

interface Context {
  resolve: Resolve;
  /** How many characters fields may still take. */
  room: number;
}

/** An OpenAPI 3 or Swagger 2 document: a page for each operation, and one for what holds for all. */
export function readOperations(document: Data): Outline[] {
  const context: Context = { resolve: resolver(document), room: mostCharacters };
  const operations = Object.entries(record(document['paths'])).flatMap(([path, item]) => {
    const shared = context.resolve(record(item));
    return methods
      .filter((method) => isRecord(shared[method]))
      .map((method) => readOperation(method, path, record(shared[method]), shared, context));
  });
  return [overview(document), ...operations];
}

function overview(document: Data): Outline {
  const info = record(document['info']);
  const servers = records(document['servers']).map(({ url, description }) =>
    lines(inline(url), inline(description)),
  );
  const [first, ...others] = readSections(string(info['description'])).sections;
  const preamble = first?.heading === '' ? first : undefined;
  const facts = lines(
    inline(info['version']) && `Version ${inline(info['version'])}`,
    ...servers,
    [inline(document['host']), inline(document['basePath'])].join(''),
    ...records(document['tags']).map(({ name, description }) => lines(inline(name), inline(description))),
  );
  return {
    name: '',
    kind: 'guide',
    title: inline(info['title']) || 'API',
    description: inline(info['summary']),
    sections: [
      aSection({ text: lines(preamble?.text ?? '', facts), code: preamble?.code ?? '' }),
      ...(first && !preamble ? [first] : []),
      ...others,
    ],
  };
}

function readOperation(
  method: string,
  path: string,
  operation: Data,
  shared: Data,
  context: Context,
): Outline {
  const { resolve } = context;
  const address = `${method.toUpperCase()} ${path}`;
  const summary = inline(operation['summary']);
  const parameters = [...records(shared['parameters']), ...records(operation['parameters'])].map(resolve);
  const [bodies, others] = [parameters.filter(isBody), parameters.filter((one) => !isBody(one))];
  const sections = [
    { heading: 'Parameters', text: lines(others.map((one) => parameterLine(one, resolve))) },
    {
      heading: 'Request',
      text: lines(
        [resolve(record(operation['requestBody'])), ...bodies].map((body) => bodyText(body, context)),
      ),
    },
    { heading: 'Responses', text: responsesText(record(operation['responses']), context) },
  ].filter(({ text }) => text !== '');
  return {
    name: inline(operation['operationId']) || `${method}${path}`.replace(/[^\w.]+/g, '-').replace(/-$/, ''),
    kind: 'operation',
    title: summary ? `${address} — ${summary}` : address,
    description: summary,
    sections: [
      aSection({
        text: lines(
          operation['deprecated'] === true ? 'Deprecated.' : '',
          ...readSections(string(operation['description'])).sections.map(({ heading, text }) =>
            lines(heading, text),
          ),
          inline(operation['tags']),
        ),
        code: lines(address, inline(operation['operationId'])),
      }),
      ...sections.map((section) => aSection({ ...section, anchor: section.heading.toLowerCase() })),
    ],
  };
}

const isBody = (parameter: Data): boolean => parameter['in'] === 'body';

/** OpenAPI 3 keeps the type of a parameter in its schema, Swagger 2 beside its name. */
function parameterLine(parameter: Data, resolve: Resolve): string {
  const schema = { ...parameter, ...resolve(record(parameter['schema'])) };
  const description = inline(parameter['description']) || inline(schema['description']);
  const name = `${inline(parameter['name'])} (in ${inline(parameter['in'])})`;
  return describe(
    { name, schema: { ...schema, description }, required: parameter['required'] === true },
    resolve,
  );
}

function responsesText(responses: Data, context: Context): string {
  return lines(
    Object.entries(responses).map(([status, response]) => {
      const body = context.resolve(record(response));
      const fields = /^[23]|default/.test(status) ? fieldsText(body, context) : '';
      return lines(`${status}: ${inline(body['description'])}`, fields);
    }),
  );
}

function bodyText(body: Data, context: Context): string {
  return lines(inline(body['description']), fieldsText(body, context));
}

function fieldsText(body: Data, context: Context): string {
  const content = Object.values(record(body['content'])).find(isRecord);
  const schema = record(content?.['schema'] ?? body['schema']);
  if (context.room <= 0) return '';
  const objects = objectsOf(schema, '', deepest, context.resolve);
  const text = lines(
    objects.flatMap(({ path, description, fields }) => [
      description,
      ...fields.map((field) => (path === '' ? field : `${path}.${field}`)),
    ]),
  );
  context.room -= text.length;
  return text;
}

/** Follows `$ref` inside of the document; what points elsewhere or in a circle counts as unknown. */
function resolver(document: Data): Resolve {
  return (schema) => {
    let target = schema;
    for (let steps = 0; typeof target['$ref'] === 'string'; steps += 1) {
      if (steps > 10 || !target['$ref'].startsWith('#/')) return {};
      target = record(target['$ref'].slice(2).split('/').reduce<unknown>(child, document));
    }
    return target;
  };
}

function child(parent: unknown, key: string): unknown {
  const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
  return isRecord(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined;
}
