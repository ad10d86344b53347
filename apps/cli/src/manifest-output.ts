/** Objects as kubectl reads them: one list in JSON, or documents in YAML. Texts that YAML 1.1 takes for something else are quoted. */
export async function formatManifests(
  objects: readonly Record<string, unknown>[],
  format: 'json' | 'yaml',
): Promise<string> {
  if (format === 'json') return `${JSON.stringify(objects, jsonInteger, 2)}\n`;
  const { stringify } = await import('yaml');
  return objects.map((object) => `---\n${stringify(object, { version: '1.1', lineWidth: 0 })}`).join('');
}

/** Integers too large for a number of JavaScript stay exact as texts. */
function jsonInteger(_: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
