import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { succeeded } from './answer.ts';
import { field, textField } from './json.ts';
import { digestOf, manifestTypes, OciRepository, type OciTarget } from './oci-client.ts';
import { layersOf, type Descriptor } from './oci-manifest.ts';
import { contentSource, pushBlob, pushManifest } from './oci-push.ts';
import { ReleaseSourceError } from './source.ts';

/** Names on the wire of cosign's "simple signing" signatures, which are kept under a tag of their own. */
const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const signatureAnnotation = 'dev.cosignproject.cosign/signature';
const payloadKind = 'cosign container image signature';
const mostPayload = 2 ** 20;
const mostSignatures = 50;

/**
 * Signs what a tag points to with an ECDSA P-256 key (PEM, not encrypted), so that `cosign verify --key` accepts it. Signatures by other keys stay.
 * Returns the digest that was signed.
 */
export async function signRelease(
  target: OciTarget,
  tag: string,
  privateKeyPem: string,
  signal?: AbortSignal,
): Promise<string> {
  const key = readPrivateKey(privateKeyPem);
  const repository = new OciRepository(target);
  const digest = await digestOfTag(repository, tag, signal);
  const payload = Buffer.from(
    JSON.stringify(payloadOf(`${repository.registry}/${repository.repository}`, digest)),
  );
  const publicKey = createPublicKey(key);
  const existing = await signaturesOf(repository, digest, signal);
  for (const signature of existing) {
    if (await isBy(publicKey, repository, signature, digest, signal)) return digest;
  }
  const layer = {
    mediaType: payloadType,
    digest: digestOf(payload),
    size: payload.length,
    annotations: { [signatureAnnotation]: sign('sha256', payload, key).toString('base64') },
  };
  const layers = [...existing, layer];
  const config = Buffer.from(JSON.stringify(configOf(layers)));
  const configDescriptor = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf(config),
    size: config.length,
  };
  await pushBlob(repository, layer, contentSource(payload), signal);
  await pushBlob(repository, configDescriptor, contentSource(config), signal);
  const manifest = { schemaVersion: 2, mediaType: manifestTypes[0], config: configDescriptor, layers };
  await pushManifest(repository, signatureTag(digest), Buffer.from(JSON.stringify(manifest)), signal);
  return digest;
}

/** The digest that a tag points to, if it is signed with this key; throws ReleaseSourceError if not. */
export async function verifySignature(
  target: OciTarget,
  tag: string,
  publicKeyPem: string,
  signal?: AbortSignal,
): Promise<string> {
  const key = readPublicKey(publicKeyPem);
  const repository = new OciRepository(target);
  const digest = await digestOfTag(repository, tag, signal);
  await checkSignature(repository, { tag, digest }, key, signal);
  return digest;
}

/** Throws ReleaseSourceError `digest` where no signature by this key is there. */
export async function checkSignature(
  repository: OciRepository,
  { tag, digest }: { tag: string; digest: string },
  key: KeyObject,
  signal: AbortSignal | undefined,
): Promise<void> {
  const signatures = await signaturesOf(repository, digest, signal);
  for (const signature of signatures) {
    if (await isBy(key, repository, signature, digest, signal)) return;
  }
  const found = signatures.length === 0 ? 'is not signed' : 'is not signed with the expected key';
  throw new ReleaseSourceError(
    'digest',
    `release ${tag} (${digest}) ${found}; do not use it, or have it signed`,
  );
}

async function digestOfTag(
  repository: OciRepository,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const manifest = await repository.manifest(tag, signal);
  if (manifest) return manifest.digest;
  throw new ReleaseSourceError('not-found', `${repository.name} has no release ${tag}; check the name`);
}

async function signaturesOf(
  repository: OciRepository,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<Descriptor[]> {
  const manifest = await repository.manifest(signatureTag(digest), signal);
  if (!manifest) return [];
  const layers = layersOf(manifest.content, `the signature of ${digest}`);
  return layers.filter(({ mediaType }) => mediaType === payloadType).slice(0, mostSignatures);
}

/** The signature is over the payload, and the payload names what is signed. */
async function isBy(
  key: KeyObject,
  repository: OciRepository,
  layer: Descriptor,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const signature = Buffer.from(layer.annotations?.[signatureAnnotation] ?? '', 'base64');
  const answer = await repository.send(repository.urlOf(`blobs/${layer.digest}`), { signal });
  const payload = await (await succeeded(answer, repository.name, 'a signature')).bytes(mostPayload);
  if (digestOf(payload) !== layer.digest || !verify('sha256', payload, key, signature)) return false;
  return isFor(payload, digest);
}

function isFor(payload: Buffer, digest: string): boolean {
  try {
    const critical = field(JSON.parse(payload.toString()), 'critical');
    const signed = textField(field(critical, 'image'), 'docker-manifest-digest');
    return signed === digest && textField(critical, 'type') === payloadKind;
  } catch {
    return false;
  }
}

function payloadOf(reference: string, digest: string) {
  return {
    critical: {
      identity: { 'docker-reference': reference },
      image: { 'docker-manifest-digest': digest },
      type: payloadKind,
    },
    optional: null,
  };
}

/** Cosign keeps signatures as an image whose layers are the payloads. */
function configOf(layers: Descriptor[]) {
  const never = '0001-01-01T00:00:00Z';
  return {
    architecture: '',
    created: never,
    history: layers.map(() => ({ created: never })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  };
}

const signatureTag = (digest: string) => `${digest.replace(':', '-')}.sig`;

/** Throws ReleaseSourceError `settings`. */
export function readPublicKey(pem: string): KeyObject {
  return readKey('public', () => createPublicKey(pem));
}

function readPrivateKey(pem: string): KeyObject {
  if (pem.includes('ENCRYPTED')) {
    throw new ReleaseSourceError(
      'settings',
      'the private key is encrypted; give it as PEM without a passphrase',
    );
  }
  return readKey('private', () => createPrivateKey(pem));
}

function readKey(what: string, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    // What OpenSSL says helps nobody.
    throw new ReleaseSourceError('settings', `the ${what} key is no PEM; give an ECDSA P-256 key`);
  }
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  throw new ReleaseSourceError('settings', `the ${what} key is no ECDSA P-256 key; give one`);
}
