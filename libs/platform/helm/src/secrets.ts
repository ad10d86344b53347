const secretKey = /pass|secret|token|credential|private|auth|cert|key$|cloud/i;

/**
 * Takes out of a message what may be secret among the values: what has a key that sounds so, what spans lines, and long words without a space
 * (tokens). Other values stay: a message that hides them helps nobody.
 */
export function hiderOf(values: unknown): (text: string) => string {
  const secrets = new Set<string>();
  collect(values, false, secrets);
  const longestFirst = [...secrets].toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
}

function collect(value: unknown, secret: boolean, into: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length < 3) return;
    if (secret || value.includes('\n') || /^\S{24,}$/.test(value)) {
      into.add(value);
      for (const line of value.split('\n')) if (line.trim().length > 5) into.add(line.trim());
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) collect(inner, secret || secretKey.test(key), into);
  }
}
