import {
  decideAdmission,
  schemaProblems,
  topologyOf,
  type AdmissionDecision,
  type AdmissionLookup,
  type AdmissionRequest,
  type ClusterStackRelease,
  type KubernetesObject,
} from '@scs/cluster-stacks';
import type { Answer } from './command.ts';
import { EXIT, usage } from './failure.ts';
import { readManifests } from './manifest-file.ts';
import { formatData } from './output.ts';

interface ReviewValues {
  file?: string[];
  output?: 'json' | 'yaml';
}

/** `scs admission review`: what the API server would answer with our definitions and webhooks, without a cluster. */
export async function review({ file = [], output = 'json' }: ReviewValues): Promise<Answer> {
  if (file.length === 0) throw usage('which review? name its file with -f FILE');
  const objects = (await Promise.all(file.map(readManifests))).flat();
  const reviews = objects.filter(({ kind }) => kind === 'AdmissionReview');
  if (reviews.length !== 1)
    throw usage(
      `${file.join(', ')} has ${reviews.length} AdmissionReviews; give one, of admission.k8s.io/v1, and beside it objects that are in the cluster`,
    );
  const request = readRequest(reviews[0] ?? {});
  const existing = objects.filter((object): object is KubernetesObject => isObject(object));
  const decision = await decide(request, {
    clusters: (namespace) =>
      existing.filter(
        (object) =>
          object.kind === 'Cluster' &&
          (namespaceOf(object) === namespace || topologyOf(object)?.classNamespace === namespace),
      ),
    release: (namespace, name) =>
      existing.find(
        (object): object is ClusterStackRelease =>
          object.kind === 'ClusterStackRelease' &&
          object.metadata.name === name &&
          namespaceOf(object) === namespace,
      ),
  });
  return {
    text: await formatData(answerOf(request.uid, request.operation, decision), output),
    exitCode: decision.allowed ? EXIT.pass : EXIT.fail,
  };
}

/** By the schema first, as in the API server; both tell all that they find. */
async function decide(request: AdmissionRequest, lookup: AdmissionLookup): Promise<AdmissionDecision> {
  const { operation, object } = request;
  const problems = object && (operation === 'CREATE' || operation === 'UPDATE') ? schemaProblems(object) : [];
  const decision = await decideAdmission(request, lookup);
  if (problems.length === 0) return decision;
  const message = [...problems, ...(decision.message ? [decision.message] : [])].join('; ');
  return { ...decision, allowed: false, message };
}

const namespaceOf = (object: KubernetesObject): string => object.metadata.namespace ?? 'default';

function readRequest(review: Record<string, unknown>): AdmissionRequest {
  if (review['apiVersion'] !== 'admission.k8s.io/v1')
    throw usage(`the AdmissionReview is of ${String(review['apiVersion'])}; write admission.k8s.io/v1`);
  const { request } = review;
  if (!isRecord(request)) throw usage('the AdmissionReview has no request; it is what the API server sends');
  const { uid, kind, operation, name, namespace, object, oldObject } = request;
  if (typeof uid !== 'string' || uid === '') throw usage('request.uid is missing; the answer repeats it');
  if (!isRecord(kind) || typeof kind['kind'] !== 'string')
    throw usage('request.kind must have group, version and kind');
  if (!isOperation(operation)) throw usage('request.operation must be CREATE, UPDATE, DELETE or CONNECT');
  const given = { object, oldObject };
  for (const [field, value] of Object.entries(given))
    if (value !== undefined && value !== null && !isObject(value))
      throw usage(`request.${field} is no object of Kubernetes; it needs apiVersion, kind and metadata`);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    uid,
    kind: { group: text(kind['group']), version: text(kind['version']), kind: kind['kind'] },
    operation,
    ...(typeof name === 'string' && { name }),
    ...(typeof namespace === 'string' && { namespace }),
    object: isObject(object) ? object : null,
    oldObject: isObject(oldObject) ? oldObject : null,
  };
}

const isOperation = (value: unknown): value is AdmissionRequest['operation'] =>
  value === 'CREATE' || value === 'UPDATE' || value === 'DELETE' || value === 'CONNECT';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isObject = (value: unknown): value is KubernetesObject =>
  isRecord(value) &&
  typeof value['apiVersion'] === 'string' &&
  typeof value['kind'] === 'string' &&
  isRecord(value['metadata']);

/** As the webhooks answer: kubectl prints the message. */
function answerOf(
  uid: string,
  operation: AdmissionRequest['operation'],
  { allowed, message, warnings }: AdmissionDecision,
): object {
  const [code, reason] = operation === 'DELETE' ? [403, 'Forbidden'] : [422, 'Invalid'];
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      ...(!allowed && { status: { status: 'Failure', code, reason, message: message ?? 'refused' } }),
      ...(warnings.length > 0 && { warnings }),
    },
  };
}
