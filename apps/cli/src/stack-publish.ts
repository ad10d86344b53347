import { artifactType, hashesFile, mediaTypeOf, parseHashes, printReleaseName } from '@scs/cluster-stacks';
import {
  pushRelease,
  releaseDigest,
  signRelease,
  verifySignature,
  type NewRelease,
} from '@scs/release-sources';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from './command.ts';
import { EXIT, Failure, oneLine, usage } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';
import { ociSettings, parseOciPlace } from './release-place.ts';
import { readSmallFile } from './snapshot-file.ts';
import { explained } from './stack-failure.ts';
import { openRelease, type ReleaseFolder } from './stack-release.ts';
import { withWorkspace } from './workspace.ts';

interface PublishValues {
  to?: string;
  'sign-key'?: string;
  source?: string;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs stack publish`: puts a release into an OCI registry, where operators find it. */
export async function publish(values: PublishValues, [operand = '']: string[]): Promise<Answer> {
  const place = values.to === undefined ? undefined : parseOciPlace(values.to);
  if (!place || place.tag !== undefined)
    throw usage(
      '--to needs a registry and a repository, without a tag: --to registry.example/kaas/cluster-stacks',
    );
  const key = values['sign-key'] === undefined ? undefined : await readSmallFile(values['sign-key'], 2 ** 16);
  const target = ociSettings(place, process.env);
  const answer = await explained(() =>
    withWorkspace(async (workspace) => {
      const release = await artifactOf(await openRelease(operand, values.source, workspace));
      const { digest, outcome } = await pushRelease(target, release);
      if (key !== undefined) await signRelease(target, release.tag, key);
      const reference = `${place.registry}/${place.repository}:${release.tag}`;
      return { tag: release.tag, reference, digest, outcome, signed: key !== undefined };
    }),
  );
  const format = values.output ?? defaultFormat();
  const rows = Object.entries(answer).map(([name, value]) => [name, String(value)]);
  return { text: format === 'table' ? columns(rows) : await formatData(answer, format), exitCode: EXIT.pass };
}

async function artifactOf({ name, folder, files, metadata }: ReleaseFolder): Promise<NewRelease> {
  const hash = files.includes(hashesFile)
    ? parseHashes(await readFile(join(folder, hashesFile), 'utf8')).clusterStack.slice(0, 7)
    : '';
  return {
    tag: printReleaseName(name),
    folder,
    artifactType,
    mediaTypeOf,
    annotations: { kubernetesVersion: metadata.kubernetes, hash },
  };
}

interface VerifyValues {
  key?: string;
  digest?: string;
  source?: string;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs stack verify`: is this release whole, the one that is meant, and signed by whom it should be? */
export async function verify(values: VerifyValues, [operand = '']: string[]): Promise<Answer> {
  if (values.digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(values.digest))
    throw usage('--digest must be sha256: and 64 hexadecimal digits, as `scs stack publish` prints it');
  const key = values.key === undefined ? undefined : await readSmallFile(values.key, 2 ** 16);
  const place = ociPlaceOf(operand, values.source);
  if (key !== undefined && !place)
    throw usage('--key needs a release in a registry, where its signature is: oci://registry/repository:tag');
  const verified = (): Promise<{ tag: string; digest: string; signature: string; files: string[] }> =>
    withWorkspace(async (workspace) => {
      const release = await openRelease(operand, values.source, workspace);
      const tag = printReleaseName(release.name);
      const digest = release.digest ?? (await releaseDigest(await artifactOf(release)));
      if (values.digest !== undefined && values.digest !== digest)
        throw new Failure(EXIT.fail, `${tag} has the digest ${digest}, not ${values.digest}; do not use it`);
      if (key !== undefined && place) await checkSignature(place, tag, key, digest);
      return {
        tag,
        digest,
        signature: key === undefined ? 'not checked' : 'valid',
        files: release.files.toSorted(),
      };
    });
  const answer = await explained(() => judged(verified));
  const format = values.output ?? defaultFormat();
  const rows = [
    ['tag', answer.tag],
    ['digest', answer.digest],
    ['signature', answer.signature],
  ];
  return { text: format === 'table' ? columns(rows) : await formatData(answer, format), exitCode: EXIT.pass };
}

function ociPlaceOf(operand: string, source: string | undefined) {
  const text = operand.startsWith('oci://') ? operand : source?.startsWith('oci://') ? source : '';
  return parseOciPlace(text);
}

async function checkSignature(
  place: NonNullable<ReturnType<typeof parseOciPlace>>,
  tag: string,
  key: string,
  digest: string,
): Promise<void> {
  const signed = await verifySignature(ociSettings(place, process.env), place.tag ?? tag, key);
  if (signed !== digest)
    throw new Failure(
      EXIT.fail,
      `${tag} changed while it was verified: ${digest} became ${signed}; verify it again`,
    );
}

/** A release that is not what it should be is an answer, not a wrong question. */
async function judged<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isBad =
      error instanceof Error &&
      (error.name === 'ReleaseInvalid' ||
        ('reason' in error && /^(?:invalid|digest)$/.test(String(error.reason))));
    throw isBad ? new Failure(EXIT.fail, oneLine(error)) : error;
  }
}
