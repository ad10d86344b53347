import { z } from 'zod';

/** Reads configuration from variables: all errors at once, one a line, named by variable; values are not repeated. */
export function loadConfig<T extends z.ZodType>(
  schema: T,
  env: Record<string, string | undefined>,
): Readonly<z.output<T>> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues.map(({ path, message }) => {
    const [name] = path;
    const isMissing = path.length === 1 && env[String(name)] === undefined;
    return `  ${path.join('.')}: ${isMissing ? 'is not set' : message}`;
  });
  throw new Error(`the configuration is incomplete or wrong; set these variables:\n${lines.join('\n')}`);
}

/** What every service is told: spread this into its own schema. */
export const serviceSettings = {
  GRPC_ADDRESS: z.string().default('0.0.0.0:50051').describe('Where the gRPC API listens, `host:port`'),
  OPS_HOST: z.string().default('0.0.0.0').describe('Where `/livez`, `/readyz` and `/metrics` listen'),
  OPS_PORT: z.coerce.number().int().min(0).max(65_535).default(9090).describe('Port of the same'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).describe('Postgres, with the role of this service'),
  AUDIENCE: z.string().default('scs-control-plane').describe('Audience that access tokens must have'),
  ISSUERS: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('must be JSON');
        return z.NEVER;
      }
    })
    .pipe(
      z.array(
        z.object({
          issuer: z.url(),
          jwksUri: z.url(),
          rolesClaim: z.string().default('groups'),
          tenantClaim: z.string().default('tenant'),
          allowedRoles: z.array(z.string()).optional(),
          tenant: z.string().min(1).optional(),
        }),
      ),
    )
    .describe(
      'Issuers of access tokens: JSON list of {issuer, jwksUri, rolesClaim, tenantClaim, allowedRoles?, tenant?}',
    ),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Least level that is logged'),
};
