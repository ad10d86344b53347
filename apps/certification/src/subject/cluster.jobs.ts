import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { JobDeclaration } from '@scs/jobs';
import { CertifyClusterJobSchema } from '@scs/proto/scs/events/v1/usage_pb';

/** A cluster that has become ready, or was upgraded. */
export interface ReadyCluster extends Record<string, unknown> {
  tenant: string;
  cluster: string;
  /** When it was seen ready, RFC 3339: the same in a message that is sent again. */
  readyTime: string;
}

/** Sent by cluster-lifecycle. The kubeconfig may come a little later than the message. */
export const certifyCluster: JobDeclaration<ReadyCluster> = {
  queue: 'certification-clusters',
  name: 'certify-cluster',
  attempts: 10,
  backoffMs: 2000,
  concurrency: 2,
  parse(payload) {
    const { tenant, cluster, readyTime } = fromJson(CertifyClusterJobSchema, payload as JsonValue);
    return { tenant, cluster, readyTime: readyTime ? timestampDate(readyTime).toISOString() : '' };
  },
};
