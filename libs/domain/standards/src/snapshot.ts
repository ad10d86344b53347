import type { Input } from './input.ts';
import type { ProbeEvidence } from './probe-evidence.ts';

/**
 * What was read of a cloud or a cluster in one pass: the only thing that checks look at. Plain JSON, no secrets.
 *
 * A reader refuses a format it does not know; new optional fields do not change the format, anything else does.
 */
export const SNAPSHOT_FORMAT = 'scs.snapshot/v1';

export type Snapshot = CloudSnapshot | ClusterSnapshot;

interface SnapshotHead {
  format: typeof SNAPSHOT_FORMAT;
  /** Name of the subject as its operator calls it, e.g. the name in clouds.yaml. */
  subject: string;
  /** RFC 3339, UTC. */
  takenAt: string;
  /** HTTP requests that it took, probes included. */
  requests: number;
  durationMs: number;
}

export interface CloudSnapshot extends SnapshotHead {
  kind: 'cloud';
  cloud: {
    authUrl: string;
    region: string | null;
    interface: 'public' | 'internal' | 'admin';
    project: string | null;
  };
  token: Input<TokenFacts>;
  flavors: Input<Flavor[]>;
  images: Input<Image[]>;
  volumeTypes: Input<VolumeType[]>;
  /** `value: null` where Neutron has no such API (before 2023.2): then the probe's fallback decides. */
  defaultSecurityGroupRules: Input<DefaultSecurityGroupRule[] | null>;
  /** Evidence of the active probes that were run; an absent key was not asked for. */
  probes: ProbeEvidence;
}

/** Of the Keystone v3 token. */
export interface TokenFacts {
  roles: string[];
  /** Keystone's project id; needed by remedies only. */
  projectId: string | null;
  catalog: { type: string; endpoints: { interface: string; region: string | null; url: string }[] }[];
}

/** Of `GET /flavors/detail?is_public=None`. ram in MiB, disk in GiB. */
export interface Flavor {
  id: string;
  name: string;
  vcpus: number;
  ram: number;
  disk: number;
  isPublic: boolean;
  extraSpecs: Record<string, string>;
}

/** Of `GET /v2/images`: all that the project can see, hidden ones too, whatever their visibility. */
export interface Image {
  id: string;
  name: string | null;
  visibility: string;
  hidden: boolean;
  status: string;
  /** Bytes; null while it is queued. */
  size: number | null;
  /** GiB. */
  minDisk: number;
  /** MiB. */
  minRam: number;
  /** RFC 3339, UTC, as Glance gives it. */
  createdAt: string;
  /** All further properties under Glance's own names: architecture, os_distro, os_hash_algo, image_build_date, … */
  properties: Record<string, string>;
}

export interface VolumeType {
  id: string;
  name: string;
  description: string | null;
}

export interface DefaultSecurityGroupRule {
  id: string;
  direction: string;
  ethertype: string;
  remoteGroupId: string | null;
  remoteIpPrefix: string | null;
  usedInDefaultSg: boolean;
  usedInNonDefaultSg: boolean;
}

export interface ClusterSnapshot extends SnapshotHead {
  kind: 'cluster';
  /** `gitVersion` of `GET /version`, e.g. `v1.34.1+rke2r1`. */
  version: Input<string>;
  nodes: Input<ClusterNode[]>;
  /** Published facts about Kubernetes itself that the version policy needs, with their age. */
  kubernetes: Input<KubernetesData>;
  /** Results of imported Sonobuoy runs, by test case id. */
  sonobuoy: Partial<Record<'cncf-k8s-conformance' | 'kaas-networking-check', Input<SonobuoyResult>>>;
}

export interface ClusterNode {
  name: string;
  labels: Record<string, string>;
}

export interface KubernetesData {
  /** RFC 3339: when these facts were gathered. */
  asOf: string;
  /** `1.34` → date `YYYY-MM-DD` on which upstream support ends. */
  endOfLife: Record<string, string>;
  /** GitHub releases, drafts and pre-releases left out; null where nobody gathered them. */
  releases: { tag: string; publishedAt: string }[] | null;
  /** Version ranges hit by CVEs of CVSS ≥ 8 (without `upper`: that one version); null where nobody gathered them. */
  severeCves: { id: string; ranges: { lower: string; upper: string | null; inclusive: boolean }[] }[] | null;
}

export interface SonobuoyResult {
  passed: number;
  skipped: number;
  /** Names of the e2e tests that failed. */
  failed: string[];
}
