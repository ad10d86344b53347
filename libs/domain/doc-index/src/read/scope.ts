import { inline, record, records, parseYaml, string } from './data.ts';
import { standardId } from './front-matter.ts';
import type { Membership, ParsedFile } from '../page.ts';

export function isScope(path: string): boolean {
  return /(^|\/)scs-compatible-[^/]*\.ya?ml$/.test(path);
}

/** A scope of the certification: which section explains each test case, and which versions ask for which standards. */
export function readScope(text: string): ParsedFile {
  const scope = record(parseYaml(text));
  const testcases = records(scope['scripts'])
    .flatMap(({ testcases: ofScript }) => records(ofScript))
    .map(({ id, description, url }) => ({
      id: string(id),
      description: string(description),
      url: string(url),
      messages: [],
    }));
  return { pages: [], testcases, memberships: membershipsOf(scope) };
}

function membershipsOf(scope: Record<string, unknown>): Membership[] {
  const standards = new Map(
    records(scope['modules']).map(({ id, url }) => [
      string(id),
      standardId(string(url).replace(/[#?].*/, '')),
    ]),
  );
  return records(scope['versions']).flatMap(({ version, include }) => {
    const modules: unknown[] = Array.isArray(include) ? include : [];
    const ids = modules.map((module) => standards.get(string(module) || string(record(module)['ref'])));
    return [...new Set(ids)].flatMap((standard) =>
      standard ? [{ standard, scope: `${string(scope['name'])} ${inline(version)}`.trim() }] : [],
    );
  });
}
