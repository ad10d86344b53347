import { readFile } from 'node:fs/promises';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { oneLine, usage } from './failure.ts';

/** `NAME=VALUE`: JSON where it is some, else a text. */
export function readVariables(given: readonly string[] = []): JsonObject {
  return Object.fromEntries(
    given.map((text) => {
      const [name, value] = split(text, '--variable', 'NAME=VALUE');
      return [name, jsonOrText(value)];
    }),
  );
}

function jsonOrText(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** A YAML or JSON file with a map of variables. */
export async function readVariablesFile(path: string): Promise<JsonObject> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw usage(`cannot read ${path} (${oneLine(error)}); check --variables`);
  });
  const { parse } = await import('yaml');
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw usage(`${path} is no YAML (${oneLine(error)}); mend it`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw usage(`${path} is no map of variables; write NAME: VALUE lines`);
  return JSON.parse(JSON.stringify(content)) as JsonObject;
}

export const readLabels = (given: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(given.map((text) => split(text, '--label', 'NAME=VALUE')));

/** `ID=CLASS:REPLICAS` */
export function readPools(given: readonly string[] = []): { id: string; class: string; replicas: number }[] {
  return given.map((text) => {
    const [id, rest] = split(text, '--pool', 'ID=CLASS:REPLICAS');
    const [className = '', count = ''] = rest.split(':');
    return { id, class: className, replicas: readCount(count, `--pool ${text}`, 'ID=CLASS:REPLICAS') };
  });
}

/** `ID=REPLICAS` */
export const readSizes = (given: readonly string[] = []): { id: string; replicas: number }[] =>
  given.map((text) => {
    const [id, count] = split(text, '--pool', 'ID=REPLICAS');
    return { id, replicas: readCount(count, `--pool ${text}`, 'ID=REPLICAS') };
  });

export function readCount(text: string, option: string, form = 'a whole number'): number {
  if (!/^\d{1,4}$/.test(text)) throw usage(`${option} cannot be read; write ${form}`);
  return Number(text);
}

function split(text: string, option: string, form: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usage(`${option} ${text} cannot be read; write ${form}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** `90s`, `30m`, `12h`: as the API has durations. */
export function readTtl(text: string): string {
  const [, count, unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  if (count === undefined) throw usage(`--ttl ${text} is no time; write it like 30m or 12h`);
  const seconds: Record<string, number> = { s: 1, m: 60, h: 3600 };
  return `${Number(count) * (seconds[unit] ?? 1)}s`;
}
