import { z } from 'zod';

/** Configuration of the service, from variables. */
export const configSchema = z.object({
  /** Where the gRPC API listens, `host:port`. */
  GRPC_ADDRESS: z.string().default('0.0.0.0:50051'),
  /** `/livez`, `/readyz`, `/metrics`. */
  OPS_PORT: z.coerce.number().int().default(9090),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Jobs: `redis://…`, or Postgres where it is left out. */
  QUEUE_URL: z.url({ protocol: /^(?:postgres(?:ql)?|rediss?)$/ }).optional(),
  /** Scope files of upstream that are newer than ours. */
  SCOPES_DIR: z.string().optional(),
  /** The kubeconfig files that subjects may name. */
  KUBECONFIG_DIR: z.string().optional(),
  /** Audience that access tokens must have. */
  AUDIENCE: z.string().default('scs-control-plane'),
  /** JSON list of {issuer, jwksUri, rolesClaim, tenantClaim, allowedRoles?}. */
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
        }),
      ),
    ),
  /** gRPC address of the gateway, which knows the API tokens. */
  IAM_ADDRESS: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type Config = z.output<typeof configSchema>;
