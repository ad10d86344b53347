import { randomUUID } from 'node:crypto';
import type { ApiObject } from './api-object.ts';
import { Failure } from './failure.ts';
import { at, fieldsOf, isFields, listOf, type Fields } from './json.ts';
import { jsonPatch } from './patches.ts';
import { postJson } from './post-json.ts';
import { apiVersionOf } from './resource.ts';
import { matchesSelector } from './selectors.ts';
import { type State, type Target, type WriteContext } from './state.ts';
import { inVersion } from './views.ts';

type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** The webhooks that are asked before something is written. */
export interface Admission {
  /** Returns the object as the webhooks changed it; the same where none did. */
  mutate(
    state: State,
    target: Target,
    context: WriteContext,
    operation: Operation,
    object: ApiObject,
    old: ApiObject | undefined,
  ): Promise<ApiObject>;
  /** Throws the refusal of a webhook. */
  validate(
    state: State,
    target: Target,
    context: WriteContext,
    operation: Operation,
    object: ApiObject | undefined,
    old: ApiObject | undefined,
  ): Promise<void>;
}

interface Webhook {
  name: string;
  clientConfig: { url?: string; caBundle?: string };
  rules?: {
    apiGroups?: string[];
    apiVersions?: string[];
    operations?: string[];
    resources?: string[];
    scope?: string;
  }[];
  failurePolicy?: 'Fail' | 'Ignore';
  timeoutSeconds?: number;
  objectSelector?: Parameters<typeof matchesSelector>[0];
  namespaceSelector?: Parameters<typeof matchesSelector>[0];
}

interface Asked {
  target: Target;
  context: WriteContext;
  operation: Operation;
  object: ApiObject | undefined;
  old: ApiObject | undefined;
}

const group = 'admissionregistration.k8s.io';

export const webhookAdmission: Admission = {
  async mutate(state, target, context, operation, object, old) {
    let current = object;
    for (const hook of hooksFor(state, 'mutatingwebhookconfigurations', {
      target,
      context,
      operation,
      object,
      old,
    })) {
      const answer = await ask(hook, { target, context, operation, object: current, old });
      if (!answer) continue;
      const patch = at(answer, 'patch');
      if (typeof patch === 'string')
        current = jsonPatch(current, JSON.parse(Buffer.from(patch, 'base64').toString())) as ApiObject;
    }
    return current;
  },
  async validate(state, target, context, operation, object, old) {
    const asked = { target, context, operation, object, old };
    const hooks = hooksFor(state, 'validatingwebhookconfigurations', asked);
    await Promise.all(hooks.map((hook) => ask(hook, asked)));
  },
};

/** Webhooks are never asked about webhook configurations. */
function hooksFor(state: State, plural: string, { target, operation, object, old }: Asked): Webhook[] {
  const collection = state.storage.collection(`${group}/${plural}`);
  if (collection.size === 0 || target.resource.group === group) return [];
  return collection
    .list()
    .flatMap((configuration) => listOf(configuration['webhooks']) as Webhook[])
    .filter((hook) => {
      const resource = target.subresource
        ? `${target.resource.plural}/${target.subresource}`
        : target.resource.plural;
      const applies = (hook.rules ?? []).some(
        (rule) =>
          has(rule.operations, operation) &&
          has(rule.apiGroups, target.resource.group) &&
          has(rule.apiVersions, target.version.name) &&
          (rule.scope ?? '*') !== (target.resource.namespaced ? 'Cluster' : 'Namespaced') &&
          (rule.resources ?? []).some((name) => matchesResource(name, resource)),
      );
      return applies && selects(state, hook, target, object, old);
    });
}

const has = (list: string[] | undefined, value: string): boolean =>
  list?.includes('*') === true || list?.includes(value) === true;

function matchesResource(rule: string, resource: string): boolean {
  if (rule === '*/*' || rule === resource) return true;
  const [plural, subresource] = resource.split('/');
  const [rulePlural, ruleSubresource] = rule.split('/');
  return (
    (rulePlural === '*' || rulePlural === plural) &&
    (ruleSubresource === subresource || (ruleSubresource === '*' && rulePlural !== '*'))
  );
}

function selects(
  state: State,
  hook: Webhook,
  target: Target,
  object: ApiObject | undefined,
  old: ApiObject | undefined,
): boolean {
  const candidates = [object, old].filter((one) => one !== undefined);
  if (!candidates.some(({ metadata }) => matchesSelector(hook.objectSelector, metadata.labels ?? {})))
    return false;
  if (!target.resource.namespaced) return true;
  const namespace = state.storage.collection('/namespaces').get('', target.namespace);
  return matchesSelector(hook.namespaceSelector, namespace?.metadata.labels ?? {});
}

/** Asks a webhook; returns its `response`, or undefined where it failed and may. Throws its refusal. */
async function ask(hook: Webhook, asked: Asked): Promise<Fields | undefined> {
  const review = reviewOf(asked);
  let response: Fields;
  try {
    const { status, body } = await postJson(hook.clientConfig.url ?? '', review, {
      ca: hook.clientConfig.caBundle && Buffer.from(hook.clientConfig.caBundle, 'base64').toString(),
      timeoutMs: (hook.timeoutSeconds ?? 10) * 1000,
    });
    if (status !== 200) throw new Error('the server could not find the requested resource');
    const answered = at(body, 'response');
    if (!isFields(answered) || answered['uid'] !== review.request.uid)
      throw new Error('expected response.uid to be the same as the uid of the request');
    response = answered;
  } catch (error) {
    if (hook.failurePolicy === 'Ignore') return undefined;
    const why = (error as Error).message;
    throw new Failure(
      500,
      'InternalError',
      `Internal error occurred: failed calling webhook "${hook.name}": failed to call webhook: ${why}`,
      { causes: [{ message: `failed calling webhook "${hook.name}": failed to call webhook: ${why}` }] },
    );
  }
  for (const warning of listOf(response['warnings'])) asked.context.warnings.push(String(warning));
  if (response['allowed'] === true) return response;
  throw refusal(hook, fieldsOf(response['status']));
}

function refusal({ name }: Webhook, status: Fields): Failure {
  const { message, reason, code, details } = status;
  const why =
    typeof message === 'string' && message
      ? `denied the request: ${message}`
      : typeof reason === 'string' && reason
        ? `denied the request: ${reason}`
        : 'denied the request without explanation';
  return new Failure(
    typeof code === 'number' && code > 0 ? code : 400,
    typeof reason === 'string' && reason ? reason : undefined,
    `admission webhook "${name}" ${why}`,
    isFields(details) ? details : undefined,
  );
}

function reviewOf({ target, context, operation, object, old }: Asked) {
  const { resource, version, subresource, namespace } = target;
  const kind = { group: resource.group, version: version.name, kind: resource.kind };
  const named = { group: resource.group, version: version.name, resource: resource.plural };
  const shown = (one: ApiObject | undefined) =>
    one ? { ...inVersion(resource, version, one), apiVersion: apiVersionOf(resource, version.name) } : null;
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: randomUUID(),
      kind,
      resource: named,
      ...(subresource && { subResource: subresource }),
      requestKind: kind,
      requestResource: named,
      ...(subresource && { requestSubResource: subresource }),
      name: object?.metadata.name ?? target.name,
      ...(namespace && { namespace }),
      operation,
      userInfo: { username: 'system:admin', groups: ['system:masters', 'system:authenticated'] },
      object: shown(object),
      oldObject: shown(old),
      dryRun: context.dryRun,
      options: null,
    },
  };
}
