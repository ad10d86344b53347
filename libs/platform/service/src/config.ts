import type { z } from 'zod';

/** Reads configuration from variables: all errors at once, one a line, named by variable; values are not repeated. */
export function loadConfig<T extends z.ZodType>(
  schema: T,
  env: Record<string, string | undefined>,
): Readonly<z.output<T>> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(`the configuration is incomplete or wrong; set these variables:\n${lines.join('\n')}`);
}
