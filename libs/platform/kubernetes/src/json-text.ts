declare global {
  interface JSON {
    /** A number in the digits given (ECMAScript 2026). */
    rawJSON(text: string): unknown;
  }
}

/** What is sent. Whole numbers beyond 2^53, which come as `bigint`, keep all their digits: Kubernetes has integers of 64 bits. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? JSON.rawJSON(String(inner)) : inner,
  );
