import { create, fromJson, toJson, type JsonObject, type JsonValue } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { UsageSegment } from '@scs/cluster-stacks';
import type { JobDeclaration } from '@scs/jobs';
import {
  CertifyClusterJobSchema,
  RecordUsageJobSchema,
  UsageEventSchema,
} from '@scs/proto/scs/events/v1/usage_pb';

/** Carried out by whoever bills. At least once; an event keeps its id. */
export const recordUsage: JobDeclaration<JsonObject> = {
  queue: 'billing-usage',
  name: 'record-usage',
  attempts: 20,
  backoffMs: 5000,
  concurrency: 1,
  parse: (payload) =>
    toJson(RecordUsageJobSchema, fromJson(RecordUsageJobSchema, payload as JsonValue)) as JsonObject,
};

/** Carried out by certification: look at a cluster that has become ready, or was upgraded. */
export const certifyCluster: JobDeclaration<JsonObject> = {
  queue: 'certification-clusters',
  name: 'certify-cluster',
  attempts: 10,
  backoffMs: 5000,
  concurrency: 2,
  parse: (payload) =>
    toJson(CertifyClusterJobSchema, fromJson(CertifyClusterJobSchema, payload as JsonValue)) as JsonObject,
};

/** As it waits in the outbox. */
export const usageEvent = (segment: UsageSegment): JsonValue =>
  toJson(
    UsageEventSchema,
    create(UsageEventSchema, {
      id: segment.id,
      source: 'cluster-lifecycle',
      meter: segment.meter,
      tenant: segment.tenant,
      resource: segment.resource,
      owner: segment.owner,
      startTime: timestampFromDate(segment.start),
      endTime: timestampFromDate(segment.end),
      quantity: segment.quantity,
      attributes: segment.attributes,
    }),
  );

export interface ReadyCluster {
  tenant: string;
  cluster: string;
  kubernetesVersion: string;
  release: string;
  readyTime: Date;
}

export const readyEvent = ({ readyTime, ...ready }: ReadyCluster): JsonValue =>
  toJson(
    CertifyClusterJobSchema,
    create(CertifyClusterJobSchema, { ...ready, readyTime: timestampFromDate(readyTime) }),
  );
