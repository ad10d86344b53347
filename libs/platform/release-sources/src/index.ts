export * from './source.ts';
export { openReleaseSource, type SourceSettings } from './open.ts';
export { openReleaseStore, type ReleaseStore, type StoredRelease } from './store.ts';
export { unpackArchive, type ArchiveLimits } from './archive.ts';
export { readStackSource, type StackSource } from './stack-source.ts';
export { packRelease, type PackedRelease } from './pack.ts';
