export { ReleaseSourceError, type ReleaseSource } from './source.ts';
export { openReleaseSource, type SourceOptions, type SourceSettings } from './open.ts';
export { openReleaseStore, type ReleaseStore, type StoredRelease } from './store.ts';
export { unpackArchive } from './archive.ts';
export type { ArchiveLimits } from './limits.ts';
export { pushRelease, type NewRelease, type PushResult } from './oci-push.ts';
export { signRelease, verifySignature } from './signature.ts';
export type { OciTarget } from './oci-client.ts';
