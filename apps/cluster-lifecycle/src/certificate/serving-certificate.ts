import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { injectCaBundle } from './ca-injection.ts';
import { isPair, shareCertificates, type SecretPlace } from './certificate-secret.ts';
import { bundleOf } from './rotation.ts';

/** What a server shows its clients, kept fresh while it runs. All PEM. */
export interface ServingCertificate {
  readonly cert: string;
  readonly key: string;
  /** What clients must trust; undefined where it comes from files that name no CA. */
  readonly caBundle: string | undefined;
  /** Told after a change. Returns how to stop being told. */
  onChange(handler: () => void): () => void;
  close(): Promise<void>;
}

export type ServingCertificateOptions = {
  clock: () => Date;
  /** Told when a later look fails; what was there is served on. */
  onError?: (error: unknown) => void;
  /** How often one looks, besides being told by the file system. Milliseconds; a minute when left out. */
  checkMs?: number;
} &
  /** A `ca` that is not there is none. */
  (
    | { files: { cert: string; key: string; ca?: string | undefined } }
    /** Made by ourselves, and made known where the label of `ca-injection` says so. */
    | { self: SecretPlace }
  );

interface Content {
  cert: string;
  key: string;
  caBundle: string | undefined;
}

/** Reads or makes the certificate. Throws where there is none to begin with: one line with cause and remedy. */
export async function openServingCertificate(
  options: ServingCertificateOptions,
): Promise<ServingCertificate> {
  const { clock, onError = () => undefined, checkMs = 60_000 } = options;
  const look =
    'files' in options ? () => readFiles(options.files) : () => share(options.self, clock(), onError);
  let content = await look();
  const handlers = new Set<() => void>();
  let looking: Promise<void> | undefined;
  let isToldMeanwhile = false;

  const check = (): void => {
    if (looking) {
      isToldMeanwhile = true;
      return;
    }
    looking = look()
      .then((found) => {
        const isSame =
          found.cert === content.cert && found.key === content.key && found.caBundle === content.caBundle;
        content = found;
        if (!isSame) for (const handler of handlers) handler();
      })
      .catch(onError)
      .finally(() => {
        looking = undefined;
        if (isToldMeanwhile) check();
      });
    isToldMeanwhile = false;
  };
  const timer = setInterval(check, checkMs);
  timer.unref();
  const watcher = 'files' in options ? watchFolder(options.files.cert, check) : undefined;

  return {
    get cert() {
      return content.cert;
    },
    get key() {
      return content.key;
    },
    get caBundle() {
      return content.caBundle;
    },
    onChange(handler) {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    async close() {
      clearInterval(timer);
      watcher?.close();
      handlers.clear();
      await looking;
    },
  };
}

/** The files of a mounted Secret change together, by a link; a copy that is under way is told by its halves not fitting. */
async function readFiles(files: { cert: string; key: string; ca?: string | undefined }): Promise<Content> {
  const [cert, key, caBundle] = await Promise.all([
    read(files.cert),
    read(files.key),
    files.ca === undefined ? undefined : readFile(files.ca, 'utf8').catch(() => undefined),
  ]);
  if (!isPair({ cert, key }))
    throw new Error(`${files.key} is not the key of ${files.cert}; write both anew`);
  return { cert, key, caBundle };
}

const read = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`;
    throw new Error(`the certificate file ${path} ${why}; check its path and permissions`);
  });

/** Folders are watched, since files are replaced rather than written. Where that is not possible, looking often enough must do. */
function watchFolder(file: string, tell: () => void): FSWatcher | undefined {
  try {
    return watch(dirname(file), { persistent: false }, tell).on('error', () => undefined);
  } catch {
    return undefined;
  }
}

/** A new CA is made known a day before it signs; so a time when that fails does no harm. */
async function share(place: SecretPlace, now: Date, onError: (error: unknown) => void): Promise<Content> {
  const set = await shareCertificates(place, now);
  const caBundle = bundleOf(set);
  await injectCaBundle(place.client, place.namespace, caBundle).catch(onError);
  return { cert: set.serving.cert, key: set.serving.key, caBundle };
}
