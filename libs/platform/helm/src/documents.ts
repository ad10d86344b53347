import { setImmediate as nextTurn } from 'node:timers/promises';
import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';
import { resolvePlain } from './scalar.ts';

/** One YAML document of what Helm printed. */
export interface Manifest {
  /** The chart's file that it is of, `templates/deployment.yaml`; empty where Helm does not say. */
  source: string;
  text: string;
}

/** The documents of Helm's output, in its order. */
export function splitManifests(output: string): Manifest[] {
  let source = '';
  const manifests: Manifest[] = [];
  for (const text of output.split(/^---(?=\s|$)/m)) {
    // Files with custom resource definitions are printed whole: only their first document names the file.
    source = /^# Source: (?:[^/\n]+\/)?(.+)$/m.exec(text)?.[1] ?? source;
    if (text.trim() !== '') manifests.push({ source, text });
  }
  return manifests;
}

/** More nodes than any object in Kubernetes has; a few lines of aliases can ask for billions. */
const mostNodes = 500_000;

/** A document does not hold what its reader can make sense of. One line. */
export class YamlError extends Error {
  override name = 'YamlError';
}

/**
 * A YAML document as `sigs.k8s.io/yaml` reads it: YAML 1.1 scalars, the last of equal keys counts, merge keys in the order they stand.
 * Undefined where there is nothing or null in it. Throws {@link YamlError}.
 */
export function parseYaml(text: string): unknown {
  try {
    const document = parseDocument(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      strict: false,
      merge: false,
      logLevel: 'silent',
      prettyErrors: false,
    });
    const [error] = document.errors;
    if (error) throw new YamlError(wordsOf(error));
    if (!document.contents) return undefined;
    return new Reader(document).value(document.contents) ?? undefined;
  } catch (error) {
    if (error instanceof RangeError) throw new YamlError(tooDeep, { cause: error });
    throw error;
  }
}

const tooDeep = 'it is nested too deeply';

/** The parser catches the end of the stack where it can. */
function wordsOf({ message }: Error): string {
  return message.startsWith('Maximum call stack') ? tooDeep : (message.split('\n')[0] ?? '');
}

/** Lets others go on between large documents. */
export async function parseAll<T>(manifests: Manifest[], parse: (manifest: Manifest) => T): Promise<T[]> {
  const parsed: T[] = [];
  let since = 0;
  for (const manifest of manifests) {
    parsed.push(parse(manifest));
    since += manifest.text.length;
    if (since < 64 * 1024) continue;
    since = 0;
    await nextTurn();
  }
  return parsed;
}

class Reader {
  readonly #document: Document;
  readonly #open = new Set<Node>();
  #nodes = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  value(node: unknown): unknown {
    if (++this.#nodes > mostNodes) throw new YamlError('its aliases make it too large');
    if (isAlias(node)) return this.#aliased(node.resolve(this.#document), node.source);
    if (isMap(node)) return this.#mapping(node.items);
    if (isSeq(node)) {
      return node.items.map((item) =>
        // `[a: b]` is a list of mappings.
        isPair(item) ? this.#mapping([item]) : this.value(item),
      );
    }
    return isScalar(node) ? scalar(node.value, node.type === 'PLAIN', node.tag) : null;
  }

  #aliased(target: Node | undefined, name: string): unknown {
    if (!target) throw new YamlError(`the alias *${name} has no anchor`);
    if (this.#open.has(target)) throw new YamlError(`the anchor &${name} contains itself`);
    this.#open.add(target);
    const value = this.value(target);
    this.#open.delete(target);
    return value;
  }

  #mapping(pairs: { key: unknown; value: unknown }[]): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    for (const { key, value } of pairs) {
      if (isScalar(key) && key.type === 'PLAIN' && key.value === '<<') this.#merge(mapping, value);
      else set(mapping, keyOf(this.value(key)), this.value(value));
    }
    return mapping;
  }

  #merge(mapping: Record<string, unknown>, node: unknown): void {
    const merged = this.value(node);
    const sources: unknown[] = Array.isArray(merged) ? merged.toReversed() : [merged];
    for (const source of sources) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        throw new YamlError('a merge key << wants a mapping or a list of mappings');
      }
      for (const [key, value] of Object.entries(source)) set(mapping, key, value);
    }
  }
}

/** Also for a key `__proto__`, which an assignment would take for something else. */
function set(mapping: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(mapping, key, { value, enumerable: true, configurable: true, writable: true });
}

const standardTag = 'tag:yaml.org,2002:';

function scalar(value: unknown, plain: boolean, tag: string | undefined): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  const text = typeof value === 'string' ? value : '';
  if (tag === undefined) return plain ? finite(resolvePlain(text)) : text;
  const wanted = tag.startsWith(standardTag) ? tag.slice(standardTag.length) : 'str';
  return ['int', 'float', 'bool', 'null'].includes(wanted) ? finite(resolvePlain(text)) : text;
}

function finite(value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new YamlError('.nan and .inf have no place in JSON');
}

function keyOf(key: unknown): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean') return `${key}`;
  throw new YamlError('a key is null, a list or a mapping');
}
