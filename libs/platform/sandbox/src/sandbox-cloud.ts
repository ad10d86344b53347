import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './api.ts';
import { barbican } from './barbican.ts';
import { catalogueOnly } from './catalogue-only.ts';
import { cinder } from './cinder.ts';
import { hexOf, type Cloud, type CloudContent } from './cloud-content.ts';
import { compliantCloud } from './compliant-cloud.ts';
import { glance } from './glance.ts';
import { keystone } from './keystone.ts';
import { neutron } from './neutron.ts';
import { nova } from './nova.ts';
import { s3 } from './s3.ts';
import { send, serve } from './serve.ts';
import { createThings, type Kind } from './things.ts';

export interface SandboxCloudOptions {
  /** 127.0.0.1 when left out. */
  host?: string;
  /** Any free one when left out. */
  port?: number;
  /** Ages of images and of tokens are reckoned by it. */
  now?: () => Date;
  /** Instead of what a compliant cloud has. */
  content?: Partial<CloudContent>;
  /** Made up when left out; give one where clients outlive the cloud. */
  password?: string;
  /** How long a passing status lasts: building, creating, deleting. 40 when left out. */
  stepMs?: number;
}

export interface SandboxRequest {
  method: string;
  /** With the query. */
  path: string;
}

/** What comes in the place of the true answer; with a delay alone, the true answer comes late. */
export interface Interference {
  status?: number;
  body?: unknown;
  delayMs?: number;
}

/** An OpenStack cloud that lives in memory and is spoken to over HTTP. */
export interface SandboxCloud {
  readonly authUrl: string;
  readonly region: string;
  readonly username: string;
  readonly password: string;
  readonly projectName: string;
  readonly applicationCredential: { id: string; name: string; secret: string };
  /** A clouds.yaml that knows this cloud by the name. */
  cloudsYaml(name: string): string;
  /** Its members may be changed at any time. */
  readonly content: CloudContent;
  /** What users made and what is still there. */
  created(): { kind: Kind; name: string; status: string }[];
  /** The last thousand. */
  readonly requests: readonly SandboxRequest[];
  /** Asks before every answer; without an argument, no longer. */
  interfere(answer?: (request: SandboxRequest) => Interference | undefined): void;
  close(): Promise<void>;
}

const keptRequests = 1000;

/** Starts a cloud that satisfies the standards, until its content is changed. */
export async function startSandboxCloud(options: SandboxCloudOptions = {}): Promise<SandboxCloud> {
  const { host = '127.0.0.1', port = 0, now = () => new Date(), stepMs = 40 } = options;
  const password = options.password ?? randomBytes(12).toString('base64url');
  const server = http.createServer();
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, host, resolve),
  ).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`;
    throw new Error(`port ${port} of ${host} ${why}; choose another for the sandbox cloud`, { cause: error });
  });
  const cloud: Cloud = {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    region: 'RegionOne',
    content: { ...compliantCloud(now()), ...options.content },
    now,
    things: createThings(now, stepMs),
    domain: { id: 'default', name: 'Default' },
    project: { id: hexOf('project sandbox'), name: 'sandbox' },
    user: { id: hexOf('user sandbox'), name: 'sandbox', password },
    applicationCredential: {
      id: hexOf('application credential sandbox'),
      name: 'sandbox',
      secret: createHash('sha256').update(`application credential ${password}`).digest('base64url'),
    },
  };
  const authUrl = `${cloud.url}/identity/v3`;
  const requests: SandboxRequest[] = [];
  let interference: Parameters<SandboxCloud['interfere']>[0];
  const identity = keystone(cloud);
  // S3 last: its root is that of all.
  const apis = [
    identity.api,
    nova(cloud),
    glance(cloud),
    neutron(cloud),
    cinder(cloud),
    barbican(cloud),
    ...catalogueOnly,
    s3,
  ];

  const answer = async (request: http.IncomingMessage): Promise<Answer> => {
    const asked = { method: request.method ?? 'GET', path: request.url ?? '/' };
    requests.push(asked);
    if (requests.length > keptRequests) requests.shift();
    const { status, body, delayMs = 0 } = interference?.(asked) ?? {};
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    return status === undefined ? serve(apis, identity, request) : { status, body };
  };
  server.on('request', (request, response) => {
    void answer(request).then(
      (found) => send(response, found),
      // What interferes may throw.
      (error: unknown) => send(response, { status: 500, body: { message: (error as Error).message } }),
    );
  });

  return {
    authUrl,
    region: cloud.region,
    username: cloud.user.name,
    password,
    projectName: cloud.project.name,
    applicationCredential: cloud.applicationCredential,
    cloudsYaml: (name) => cloudsYaml(name, authUrl, cloud),
    content: cloud.content,
    created: () =>
      cloud.things.list().map((thing) => ({
        kind: thing.kind,
        name: thing.name,
        status: cloud.things.statusOf(thing),
      })),
    requests,
    interfere: (given) => void (interference = given),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cloudsYaml(name: string, authUrl: string, { domain, project, user, region }: Cloud): string {
  const cloud = {
    auth: {
      auth_url: authUrl,
      username: user.name,
      password: user.password,
      project_name: project.name,
      user_domain_name: domain.name,
      project_domain_name: domain.name,
    },
    region_name: region,
    interface: 'public',
    identity_api_version: 3,
  };
  // JSON is YAML, and needs no thought about quotes.
  return `${JSON.stringify({ clouds: { [name]: cloud } }, null, 2)}\n`;
}
