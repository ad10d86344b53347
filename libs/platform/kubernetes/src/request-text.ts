declare global {
  interface JSON {
    /** Text that goes into JSON as it is; in Node since version 21, not in TypeScript’s library yet. */
    rawJSON(text: string): object;
  }
}

/** Body of a request. Integers beyond 2^53, which are `bigint` here, keep all their digits. */
export const requestText = (body: unknown): string =>
  JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value,
  );
