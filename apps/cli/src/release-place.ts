import type { SourceSettings } from '@scs/release-sources';
import { usage } from './failure.ts';

/** An OCI repository, perhaps with a tag: `registry.example/kaas/stacks:docker-scs-1-30-v1`. */
export interface OciPlace {
  registry: string;
  repository: string;
  tag?: string;
}

/** Reads `oci://registry/repository[:tag]`; the scheme may be left out. Undefined: no such address. */
export function parseOciPlace(text: string): OciPlace | undefined {
  const [, registry = '', repository = '', tag] =
    /^(?:oci:\/\/)?([^/\s@]+)\/([^\s:@]+)(?::([\w][\w.-]*))?$/.exec(text) ?? [];
  const isHost =
    /^(?:localhost|[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+|\[[\da-f:]+\])(?::\d+)?$/i.test(
      registry,
    ) || /^[a-z\d-]+:\d+$/i.test(registry);
  return isHost && repository !== ''
    ? { registry, repository, ...(tag !== undefined && { tag }) }
    : undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of an OCI repository with what the environment has for it. Credentials for another registry stay here. */
export function ociSettings(
  { registry, repository }: OciPlace,
  env: Environment,
): Extract<SourceSettings, { kind: 'oci' }> {
  const {
    OCI_REGISTRY: meant,
    OCI_USERNAME: username,
    OCI_PASSWORD: password,
    OCI_ACCESS_TOKEN: token,
  } = env;
  const credentials = !meant || meant === registry ? { token, username, password } : {};
  return {
    kind: 'oci',
    registry,
    repository,
    ...credentials,
    // A registry on this machine, as other clients take it.
    plainHttp: /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(registry),
  };
}

/** Where releases are: a directory, `oci://…`, `github://owner/repository`, `https://…`; or what upstream's variables say. */
export function sourceSettings(place: string | undefined, env: Environment = process.env): SourceSettings {
  if (place === undefined || place === 'oci' || place === 'github') return settingsOfEnvironment(place, env);
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+]*):\/\/(.*)$/.exec(place) ?? [];
  if (scheme === undefined) return { kind: 'directory', path: place };
  if (scheme === 'http' || scheme === 'https') return { kind: 'http', url: place };
  if (scheme === 'oci') {
    const found = parseOciPlace(place);
    if (found && found.tag === undefined) return ociSettings(found, env);
    throw usage(`${place} is no repository; write oci://registry.example/repository`);
  }
  const [owner = '', repository = '', ...more] = rest.split('/');
  if (scheme === 'github' && owner !== '' && repository !== '' && more.length === 0)
    return { kind: 'github', owner, repository, token: env['GIT_ACCESS_TOKEN'] };
  throw usage(
    `${place} is no source of releases; name a directory, oci://registry/repository, github://owner/repository or https://…`,
  );
}

function settingsOfEnvironment(kind: 'oci' | 'github' | undefined, env: Environment): SourceSettings {
  const {
    OCI_REGISTRY: registry,
    OCI_REPOSITORY: repository,
    GIT_ORG_NAME: owner,
    GIT_REPOSITORY_NAME: name,
  } = env;
  if (kind !== 'github' && repository) {
    const isWhole = parseOciPlace(repository);
    const place = isWhole ?? parseOciPlace(`${registry ?? ''}/${repository}`);
    if (place && place.tag === undefined) return ociSettings(place, env);
    throw usage('OCI_REPOSITORY names no registry; set OCI_REGISTRY too');
  }
  if (kind !== 'oci' && owner && name)
    return { kind: 'github', owner, repository: name, token: env['GIT_ACCESS_TOKEN'] };
  throw usage(
    kind === 'github'
      ? 'where are releases? set GIT_ORG_NAME and GIT_REPOSITORY_NAME'
      : kind === 'oci'
        ? 'where are releases? set OCI_REGISTRY and OCI_REPOSITORY'
        : 'where are releases? name a directory, oci://…, github://… or https://… with --source, or set OCI_REPOSITORY or GIT_ORG_NAME and GIT_REPOSITORY_NAME',
  );
}
