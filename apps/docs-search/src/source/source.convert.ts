import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Source_State, type Source, type SourceSchema } from '@scs/proto/scs/docs/v1/source_pb';
import { DomainError } from '@scs/service';
import type { SourceEntity, SourceKind } from './source.entity.ts';

const timestamp = (date: Date | null) => (date === null ? undefined : timestampFromDate(date));

/** What an operator chooses, as it is kept. */
export type GivenSource = Pick<
  SourceEntity,
  | 'displayName'
  | 'location'
  | 'revision'
  | 'credential'
  | 'component'
  | 'audience'
  | 'language'
  | 'version'
  | 'access'
  | 'linkTemplate'
  | 'folders'
> & {
  /** Null: none was given. */
  kind: SourceKind | null;
  syncSeconds: number | null;
};

export function fromProtoSource(source: Source): GivenSource {
  const { location, syncInterval } = source;
  const git = location.case === 'git' ? location.value : undefined;
  return {
    displayName: source.displayName,
    kind: location.case ?? null,
    location: git ? git.url : typeof location.value === 'string' ? location.value : '',
    revision: git?.revision ?? '',
    credential: git?.credential ?? '',
    component: source.component,
    audience: source.audience,
    language: source.language,
    version: source.version,
    access: source.access,
    linkTemplate: source.linkTemplate,
    folders: source.folders,
    syncSeconds: syncInterval ? Number(syncInterval.seconds) : null,
  };
}

export function toProtoSource(source: SourceEntity): MessageInitShape<typeof SourceSchema> {
  const { kind, location, revision, credential } = source;
  return {
    name: `sources/${source.id}`,
    displayName: source.displayName,
    location:
      kind === 'git'
        ? { case: 'git', value: { url: location, revision, credential } }
        : { case: kind, value: location },
    component: source.component,
    audience: source.audience,
    language: source.language,
    version: source.version,
    access: source.access,
    linkTemplate: source.linkTemplate,
    folders: source.folders,
    syncInterval: source.syncSeconds === null ? undefined : { seconds: BigInt(source.syncSeconds) },
    state: Source_State[source.state],
    error: source.error,
    progress: source.progress ?? undefined,
    commit: source.commit,
    syncTime: timestamp(source.syncTime),
    pageCount: source.pageCount,
    sectionCount: source.sectionCount,
    problemCount: source.problemCount,
    createTime: timestamp(source.createTime),
    updateTime: timestamp(source.updateTime),
  };
}

/** Without a mask the fields that are set are meant (AIP-134). */
export function givenFields(source: Source): string[] {
  const fields = {
    display_name: source.displayName,
    [source.location.case ?? '']: source.location.case,
    component: source.component,
    audience: source.audience,
    language: source.language,
    version: source.version,
    access: source.access,
    link_template: source.linkTemplate,
    folders: source.folders.length > 0,
    sync_interval: source.syncInterval,
  };
  return Object.entries(fields).flatMap(([path, value]) => (value ? [path] : []));
}

/** The id in `sources/{source}`. */
export function idOf(name: string): string {
  const [, id] = /^sources\/([a-z0-9-]{1,63})$/.exec(name) ?? [];
  if (id !== undefined) return id;
  throw new DomainError('invalid', 'INVALID_REQUEST', 'source.name: must be sources/{source}', {
    violations: [{ field: 'source.name', description: 'must be sources/{source}' }],
  });
}
