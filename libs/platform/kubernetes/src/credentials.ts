import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { ExecConfig, Pem, Target } from './kubeconfig.ts';
import { KubernetesError } from './kubernetes-error.ts';

/** What a request carries to say who asks, and whom it trusts. */
export interface Credentials {
  headers: Record<string, string | string[]>;
  ca: Buffer | undefined;
  cert: Buffer | string | undefined;
  key: Buffer | string | undefined;
}

export interface CredentialSource {
  current(): Promise<Credentials>;
  /** The server did not take them: forgets what is remembered. False where new ones would be the same. */
  renew(): boolean;
}

/** Files are read again after this time, as in client-go: the tokens of pods change. */
const freshForMs = 60_000;
/** Somebody may have to type a password or to wait for a browser. */
const execTimeoutMs = 60_000;

interface Loaded {
  credentials: Credentials;
  /** Milliseconds since the epoch. */
  until: number;
}

/** The credentials of a kubeconfig's user; changing ones are looked up when they are due. */
export function credentialSource(target: Target): CredentialSource {
  const { user } = target;
  const changes =
    Boolean(user.tokenFile ?? user.exec ?? user.legacy) ||
    [target.ca, user.cert, user.key].some((pem) => pem && 'file' in pem);
  let known: { loaded: Promise<Loaded>; until: number } | undefined;
  const load = async (): Promise<Loaded> => {
    const [ca, cert, key] = await Promise.all([target.ca, user.cert, user.key].map(readPem));
    const signedIn = await signIn(target);
    const headers = { ...user.impersonate, ...signedIn.headers };
    const due = !changes || user.exec ? Infinity : Date.now() + freshForMs;
    return {
      credentials: { headers, ca, cert: signedIn.cert ?? cert, key: signedIn.key ?? key },
      until: Math.min(due, signedIn.expires),
    };
  };
  return {
    async current() {
      if (known && Date.now() < known.until) return (await known.loaded).credentials;
      // Requests that come meanwhile wait for the same answer.
      const mine = { loaded: load(), until: Infinity };
      known = mine;
      try {
        const { credentials, until } = await mine.loaded;
        mine.until = until;
        return credentials;
      } catch (error) {
        if (known === mine) known = undefined;
        throw error;
      }
    },
    renew() {
      known = undefined;
      return changes;
    },
  };
}

interface SignedIn {
  headers: Record<string, string>;
  cert?: string | undefined;
  key?: string | undefined;
  /** Milliseconds since the epoch. */
  expires: number;
}

async function signIn(target: Target): Promise<SignedIn> {
  const { user } = target;
  if (user.tokenFile) return bearer((await readSecret(user.tokenFile)).toString().trim());
  if (user.token) return bearer(user.token);
  if (user.basic) {
    const { username, password } = user.basic;
    return authorization(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
  }
  if (user.exec) return execCredential(user.exec, target);
  if (user.legacy) return legacyCredential(user.legacy, target);
  return { headers: {}, expires: Infinity };
}

const authorization = (value: string, expires = Infinity): SignedIn => ({
  headers: { authorization: value },
  expires,
});
const bearer = (token: string, expires = Infinity): SignedIn => authorization(`Bearer ${token}`, expires);

const readPem = async (pem: Pem | undefined): Promise<Buffer | undefined> =>
  pem && ('data' in pem ? pem.data : readSecret(pem.file));

async function readSecret(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new KubernetesError(
      'failed',
      `${file}, which the kubeconfig names, cannot be read; check the file`,
      error,
    );
  }
}

interface ExecCredential {
  status?: {
    token?: string;
    clientCertificateData?: string;
    clientKeyData?: string;
    expirationTimestamp?: string;
  };
}

/** Runs the program that a kubeconfig names for signing in (kubectl calls it a credential plugin). */
async function execCredential(exec: ExecConfig, target: Target): Promise<SignedIn> {
  const failed = (why: string): KubernetesError =>
    new KubernetesError('unauthorized', `${exec.command}, which signs in for the kubeconfig, ${why}`);
  const { status } = parseCredential(await run(exec, target, failed)) ?? {};
  if (!status?.token && !status?.clientCertificateData)
    throw failed(`prints no ExecCredential of ${exec.apiVersion}; try it by hand`);
  const expires = Date.parse(status.expirationTimestamp ?? '');
  return {
    headers: status.token ? { authorization: `Bearer ${status.token}` } : {},
    cert: status.clientCertificateData,
    key: status.clientKeyData,
    // A little early, so that a request does not arrive with what has just expired.
    expires: Number.isNaN(expires) ? Infinity : expires - 5_000,
  };
}

function parseCredential(text: string): ExecCredential | undefined {
  try {
    return JSON.parse(text) as ExecCredential;
  } catch {
    return undefined;
  }
}

function run(exec: ExecConfig, target: Target, failed: (why: string) => KubernetesError): Promise<string> {
  const interactive = process.stdin.isTTY;
  const { ca } = target;
  const info = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive,
      ...(exec.provideClusterInfo && {
        cluster: {
          server: target.server,
          'tls-server-name': target.serverName,
          'insecure-skip-tls-verify': !target.verify,
          'certificate-authority-data': ca && 'data' in ca ? ca.data.toString('base64') : undefined,
        },
      }),
    },
  };
  return new Promise((resolve, reject) => {
    const child = spawn(exec.command, exec.args, {
      env: { ...process.env, ...exec.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      // Its questions and complaints are for the person at the terminal, not for our messages: they may hold anything.
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', interactive ? 'inherit' : 'ignore'],
      timeout: execTimeoutMs,
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      const hint = exec.installHint ?? 'install it, or correct the kubeconfig';
      reject(failed(`cannot be run (${error.code ?? error.message}); ${hint}`));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString());
      else reject(failed(`ends with ${code ?? signal}; try it by hand`));
    });
  });
}

/**
 * kubectl gave `auth-provider` up in 1.26, old kubeconfigs still have it: the one thing for which the big client is loaded (a second, 75 MB).
 */
async function legacyCredential(user: Record<string, unknown>, target: Target): Promise<SignedIn> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromString(
    JSON.stringify({
      // Nothing is sent with it; without this it refuses an address without TLS.
      clusters: [{ name: 'cluster', cluster: { server: target.server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'user', user }],
      contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
      'current-context': 'context',
    }),
  );
  const options: { headers: Record<string, string> } = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch {
    throw new KubernetesError(
      'unauthorized',
      'the auth-provider of the kubeconfig gives no credentials; use an exec plugin instead',
    );
  }
  const value = options.headers.Authorization;
  return value ? authorization(value) : { headers: {}, expires: Infinity };
}
