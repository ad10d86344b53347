/**
 * Source text of a Go template expression that gives this value. Integers stay integers and text stays text, which they would not on the way
 * through YAML. Throws RangeError for what JSON cannot hold.
 */
export function templateLiteral(value: unknown): string {
  switch (typeof value) {
    case 'string':
      // JSON's escapes are all Go's; halves of surrogate pairs are not.
      return JSON.stringify(value.toWellFormed());
    case 'boolean':
      return String(value);
    case 'number':
      return numberLiteral(value);
    case 'bigint':
      // Beyond 64 bits Go's own JSON reader gives a double, too.
      return BigInt.asIntN(64, value) === value ? String(value) : numberLiteral(Number(value));
    case 'object':
      return value === null ? nil : compositeLiteral(value);
    case 'undefined':
      return nil;
    case 'function':
    case 'symbol':
      throw new RangeError(`a ${typeof value} has no place in JSON`);
  }
}

/** `nil` as an argument is refused by the parser, a variable that holds none is not. */
const nil = '$nil';

function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no place in JSON`);
  if (!Number.isInteger(value)) return String(value);
  return Math.abs(value) < 2 ** 63 ? BigInt(value).toString() : value.toExponential();
}

function compositeLiteral(value: object): string {
  if (Array.isArray(value)) return `(list${value.map((item) => ` ${templateLiteral(item)}`).join('')})`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => ` ${templateLiteral(key)} ${templateLiteral(field)}`);
  return `(dict${fields.join('')})`;
}
