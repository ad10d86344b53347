import type { AdmissionDecision, AdmissionRequest } from '@scs/cluster-stacks';
import { z } from 'zod';
import type { Webhook } from './webhook.ts';

/** Why a body cannot be answered; one line for whoever sent it. */
export class NoAdmissionReview extends Error {
  override name = 'NoAdmissionReview';
}

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().default('') }),
});

const review = z.object({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string().min(1),
    kind: z.object({ group: z.string(), version: z.string(), kind: z.string() }),
    operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
    name: z.string().optional(),
    namespace: z.string().optional(),
    object: object.nullish(),
    oldObject: object.nullish(),
  }),
});

/** Reads a review that was sent to a webhook. Throws {@link NoAdmissionReview}. */
export function readReview(body: string, { kind, group, path }: Webhook): AdmissionRequest {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new NoAdmissionReview('the body is no JSON; send an AdmissionReview of admission.k8s.io/v1');
  }
  const parsed = review.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'the whole';
    throw new NoAdmissionReview(
      `the body is no AdmissionReview of admission.k8s.io/v1: ${where}: ${issue?.message ?? 'wrong'}`,
    );
  }
  const { request } = parsed.data;
  if (request.kind.kind !== kind || request.kind.group !== group)
    throw new NoAdmissionReview(
      `${path} judges ${kind} of ${group}, not ${request.kind.kind}; correct the path in the webhook configuration`,
    );
  const { name, namespace, object: after, oldObject: before, ...rest } = request;
  return {
    ...rest,
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    object: after ?? null,
    oldObject: before ?? null,
  };
}

/** The answer; the status says what kubectl prints. */
export function writeReview(
  { uid, operation }: Pick<AdmissionRequest, 'uid' | 'operation'>,
  { allowed, message, warnings }: AdmissionDecision,
) {
  const isDelete = operation === 'DELETE';
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      ...(!allowed && {
        status: {
          status: 'Failure',
          code: isDelete ? 403 : 422,
          reason: isDelete ? 'Forbidden' : 'Invalid',
          message: message ?? 'refused',
        },
      }),
      ...(warnings.length > 0 && { warnings: warnings.map(asHeader) }),
    },
  };
}

/** Warnings travel on in an HTTP header, where other characters than ASCII are a risk. */
const asHeader = (text: string): string =>
  text
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”]/g, '"')
    .replaceAll(/[^\x20-\x7e]+/g, '?');
