/** How long a result counts (scs-0004, upstream's `lifetime`). */
export type Lifetime = 'day' | 'week' | 'month' | 'quarter' | 'year';
export type Validity = 'draft' | 'effective' | 'warn' | 'deprecated';

/** A certification scope, in the shape of upstream's current file generation. All dates `YYYY-MM-DD`. */
export interface Scope {
  /** `iaas` or `kaas` for ours; for a file of an operator the part of its name behind `SCS-compatible`, lower case. */
  id: string;
  uuid: string | null;
  name: string;
  url: string;
  variables: { name: string; default: string | null }[];
  testcases: Testcase[];
  modules: Module[];
  /** Newest first. */
  versions: Version[];
  /** Newest first. Empty in files of the oldest generation, where the dates of the versions decide. */
  timeline: { date: string; versions: Record<string, Validity> }[];
}

export interface Testcase {
  id: string;
  description: string;
  url: string;
  lifetime: Lifetime;
  section: string | null;
  /** How its evidence is obtained: from the snapshot, by an active probe, from an imported result, or by a person. */
  evidence: 'automatic' | 'probe' | 'import' | 'manual';
}

export interface Module {
  id: string;
  name: string;
  url: string;
  parameters: Record<string, string>;
  /** Target → test case ids. */
  targets: Record<string, string[]>;
}

export interface Version {
  version: string;
  stabilizedAt: string | null;
  /** Only in files of the oldest generation. */
  deprecatedAt: string | null;
  include: { ref: string; parameters: Record<string, string> }[];
  /** Target → sorted test case ids: the union over the included modules. `main` decides the verdict. */
  targets: Record<string, string[]>;
}
