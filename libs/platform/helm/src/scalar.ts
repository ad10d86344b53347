/**
 * Plain scalars of YAML 1.1 as Go's `yaml.v2` resolves them, which is what Helm, kubectl and the Kubernetes API server read YAML with:
 * `yes` and `on` are booleans, `0777` is octal, `1:30` and `2001-01-01` are text.
 */
export function resolvePlain(text: string): unknown {
  const word = words.get(text);
  if (word !== undefined || nulls.has(text)) return word ?? null;
  if (/^\.\d+(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  return /^[-+\d]/.test(text) ? (numberOf(text) ?? text) : text;
}

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);

const words = new Map<string, boolean | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(asTrue),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(asFalse),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, number] => [word, NaN]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, number] => [word, Infinity]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, number] => [word, -Infinity]),
]);

function asTrue(word: string): [string, boolean] {
  return [word, true];
}
function asFalse(word: string): [string, boolean] {
  return [word, false];
}

/** Integers that a double cannot hold are `bigint`; those that not even 64 bits can hold are doubles, as in Go. */
function numberOf(text: string): number | bigint | undefined {
  const plain = text.replaceAll('_', '');
  const integer = integerOf(plain);
  if (integer !== undefined) return integer;
  return /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(plain) ? Number(plain) : undefined;
}

const integer = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/;

function integerOf(plain: string): number | bigint | undefined {
  const [, sign, hex, binary, octal, decimal] = integer.exec(plain) ?? [];
  const digits = hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : decimal;
  if (digits === undefined) return undefined;
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  // Unsigned 64 bits are tried too, for what has no sign.
  const most = sign === '' ? 2n ** 64n : 2n ** 63n;
  if (value < -(2n ** 63n) || value >= most) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
