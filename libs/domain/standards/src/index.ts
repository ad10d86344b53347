export * from './snapshot.ts';
export type * from './probe-evidence.ts';
export type * from './result.ts';
export type * from './scope.ts';
export * from './flavor-name.ts';
export * from './flavor-prose.ts';
export * from './flavor-spec.ts';
export * from './flavor-naming.ts';
