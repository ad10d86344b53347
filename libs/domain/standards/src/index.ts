export * from './snapshot.ts';
export type * from './probe-evidence.ts';
export type * from './result.ts';
export type * from './scope.ts';
