import type { ApiObject, KubernetesClient } from '@scs/kubernetes';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { equal } from '../kubernetes/json.ts';
import { classInUse, defaultCluster, judgeCluster } from './admission-rules.ts';
import type { ClusterClass } from './blueprint.ts';
import { coreGroup, kinds, type Cluster } from './kinds.ts';
import { invalidText } from './topology-rules.ts';
import type { World } from './world.ts';

/** A serving certificate for 127.0.0.1, in PEM. A real API server calls webhooks over TLS alone; that of the sandbox needs none. */
export interface ServingCertificate {
  certificate: string;
  key: string;
  authority: string;
}

interface AdmissionReview {
  request: {
    uid: string;
    operation: 'CREATE' | 'UPDATE' | 'DELETE';
    kind: { kind: string };
    object?: ApiObject | null;
    oldObject?: ApiObject | null;
  };
}

type Answer = Record<string, unknown>;

const refused = (code: number, reason: string, message: string, details: object): Answer => ({
  allowed: false,
  status: { status: 'Failure', code, reason, message, details },
});

function mutate(world: World, { object, kind }: AdmissionReview['request']): Answer {
  if (!object || kind.kind !== kinds.cluster.kind) return { allowed: true };
  const cluster = object as Cluster;
  const filled = defaultCluster(world, cluster);
  if (equal(filled, cluster)) return { allowed: true };
  const patch = [{ op: 'replace', path: '/spec/topology', value: filled.spec.topology }];
  return {
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  };
}

function validate(world: World, { operation, kind, object, oldObject }: AdmissionReview['request']): Answer {
  const group = coreGroup;
  if (kind.kind === kinds.clusterClass.kind) {
    const why =
      operation === 'DELETE' && oldObject ? classInUse(world, oldObject as ClusterClass) : undefined;
    if (why === undefined) return { allowed: true };
    return refused(403, 'Forbidden', why, { name: oldObject?.metadata.name, group, kind: 'ClusterClass' });
  }
  if (operation === 'DELETE' || !object) return { allowed: true };
  const { errors, warnings } = judgeCluster(
    world,
    object as Cluster,
    (oldObject as Cluster | null) ?? undefined,
  );
  if (errors.length === 0) return { allowed: true, warnings };
  const { name } = object.metadata;
  const causes = errors.map((error) => {
    const [field = ''] = error.split(': ', 1);
    return { reason: 'FieldValueInvalid', field, message: error.slice(field.length + 2) };
  });
  return {
    ...refused(422, 'Invalid', invalidText(name, errors), { name, group, kind: 'Cluster', causes }),
    warnings,
  };
}

async function read(request: http.IncomingMessage): Promise<AdmissionReview> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString()) as AdmissionReview;
}

/** Serves Cluster API's webhooks on 127.0.0.1, and registers them. Returns how to end that. */
export async function startAdmission(
  client: KubernetesClient,
  world: World,
  tls: ServingCertificate | undefined,
): Promise<() => Promise<void>> {
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const review = await read(request);
    const judge = request.url?.startsWith('/mutate') ? mutate : validate;
    const body = {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: review.request.uid, ...judge(world, review.request) },
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  };
  const listener = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      response.statusCode = 400;
      response.end(error instanceof Error ? error.message : String(error));
    });
  };
  const server = tls
    ? https.createServer({ cert: tls.certificate, key: tls.key }, listener)
    : http.createServer(listener);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const configurations = configurationsFor(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`, tls?.authority);
  for (const configuration of configurations) {
    await client.apply(configuration, { fieldManager: 'sandbox-cluster-api', force: true });
  }
  return async () => {
    for (const { apiVersion, kind, metadata } of configurations) {
      await client.delete({ apiVersion, kind, name: metadata.name }).catch(() => false);
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

function configurationsFor(url: string, authority: string | undefined): ApiObject[] {
  const caBundle = authority && Buffer.from(authority).toString('base64');
  const webhook = (name: string, path: string, resource: string, operations: string[]): object => ({
    name,
    clientConfig: { url: `${url}${path}`, ...(caBundle && { caBundle }) },
    rules: [
      { apiGroups: [coreGroup], apiVersions: ['v1beta2', 'v1beta1'], resources: [resource], operations },
    ],
    failurePolicy: 'Fail',
    matchPolicy: 'Exact',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 10,
  });
  const configuration = (kind: string, webhooks: object[]): ApiObject => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: 'sandbox-cluster-api' },
    webhooks,
  });
  return [
    configuration('MutatingWebhookConfiguration', [
      webhook('default.cluster.cluster.x-k8s.io', '/mutate-cluster', 'clusters', ['CREATE', 'UPDATE']),
    ]),
    configuration('ValidatingWebhookConfiguration', [
      webhook('validation.cluster.cluster.x-k8s.io', '/validate-cluster', 'clusters', ['CREATE', 'UPDATE']),
      webhook('validation.clusterclass.cluster.x-k8s.io', '/validate-clusterclass', 'clusterclasses', [
        'DELETE',
      ]),
    ]),
  ];
}
