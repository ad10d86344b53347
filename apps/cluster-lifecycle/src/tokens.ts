/** Tokens of what is no class. Tests may set the clock. */
export const CLOCK = Symbol('clock');
export type Clock = () => Date;
export const LOGGER = Symbol('logger');
/** Prefix of the namespaces of tenants. */
export const TENANT_PREFIX = Symbol('tenant prefix');
