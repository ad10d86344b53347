import type { ClusterStackRelease, KubernetesObject } from './resources.ts';

/** `request` of an AdmissionReview, as far as it is read. */
export interface AdmissionRequest {
  uid: string;
  kind: { group: string; version: string; kind: string };
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  name?: string;
  namespace?: string;
  /** Null or left out for DELETE. */
  object?: KubernetesObject | null;
  /** For UPDATE and DELETE. */
  oldObject?: KubernetesObject | null;
}

/** What is there already. Either may throw or reject: then the decision is taken without it, and says so. */
export interface AdmissionLookup {
  /** Cluster API's Clusters of this namespace, and those of others that may use its ClusterClasses. */
  clusters(namespace: string): readonly KubernetesObject[] | Promise<readonly KubernetesObject[]>;
  release(
    namespace: string,
    name: string,
  ): ClusterStackRelease | undefined | Promise<ClusterStackRelease | undefined>;
}

export interface AdmissionDecision {
  allowed: boolean;
  /** Why not, and what helps; all problems in one line. */
  message?: string;
  warnings: string[];
}

/** Problems refuse; each names its field. */
export const decide = (problems: readonly string[], warnings: readonly string[] = []): AdmissionDecision => ({
  allowed: problems.length === 0,
  ...(problems.length > 0 && { message: problems.join('; ') }),
  warnings: [...warnings],
});

/** A part of an object that nobody has checked yet. */
export const fieldOf = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  );

export const textOf = (value: unknown, ...path: string[]): string => {
  const found = fieldOf(value, ...path);
  return typeof found === 'string' ? found : '';
};

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
