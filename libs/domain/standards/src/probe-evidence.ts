import type { Input } from './input.ts';

/** What the active probes saw. They record; the checks judge. */
export interface ProbeEvidence {
  /** scs-0101: marked console lines of a test server, by section (`entropy-avail`, `fips-test`, …). */
  entropy?: Input<{ image: string; flavor: string; sections: Record<string, string[]> }>;
  /** scs-0117: create volume, back it up, restore it. `failure` is the first step that failed, with its reason. */
  volumeBackup?: Input<{ failure: { step: string; message: string } | null }>;
  /**
   * scs-0116: what a member may do. `forbidden` names the first call answered 403; `found` says whether the created secret
   * was listed. Any other failure is an input error.
   */
  keyManager?: Input<{ forbidden: 'list' | 'create' | 'delete' | null; found: boolean }>;
  /** scs-0123: error code of an S3 ListBuckets with a wrong key at the object store's host; null if it was let in. */
  s3?: Input<{ endpoint: string; errorCode: string | null }>;
  /** scs-0115: rules of a freshly made security group. */
  securityGroup?: Input<{
    rules: {
      direction: string;
      ethertype: string;
      remoteGroupId: string | null;
      remoteIpPrefix: string | null;
    }[];
  }>;
}
