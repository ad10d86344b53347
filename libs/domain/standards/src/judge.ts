import { checkEntropyAvailable, checkFipsTest } from './check-entropy.ts';
import { checkFlavorSemantics, checkFlavorSyntax } from './check-flavor-names.ts';
import { checkImageProperty, imageProperties } from './check-image-metadata.ts';
import { checkImageRecency, checkPurposeUniqueness } from './check-image-recency.ts';
import { judgeCluster } from './check-cluster.ts';
import { checkDefaultRules } from './check-security-groups.ts';
import {
  checkKeyManagerPermissions,
  checkKeyManagerPresent,
  checkServicePresent,
  checkSwiftS3,
  checkVolumeBackup,
  servicePresences,
} from './check-services.ts';
import { checkStandardFlavor, standardFlavors } from './check-standard-flavors.ts';
import {
  checkImagePresent,
  checkImageSource,
  imagePresences,
  imageSources,
} from './check-standard-images.ts';
import { checkAspectLists, checkAspectOffered, volumeAspects } from './check-volume-types.ts';
import { conclude, untested, type Judgement } from './check.ts';
import { gatherFacts, type Facts } from './facts.ts';
import type { TestcaseResult } from './result.ts';
import type { CloudSnapshot, Snapshot } from './snapshot.ts';

type Check = (facts: Facts) => Judgement;

/** Every IaaS test case that upstream's tests implement, in their order, with our check. */
const iaasChecks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['scs-0100-syntax-check', checkFlavorSyntax],
  ['scs-0100-semantics-check', checkFlavorSemantics],
  ['scs-0101-entropy-avail', checkEntropyAvailable],
  ['scs-0101-fips-test', checkFipsTest],
  ...imageProperties.map((name): [string, Check] => [
    `scs-0102-prop-${name}`,
    (facts) => checkImageProperty(facts, name),
  ]),
  ['scs-0102-image-recency', checkImageRecency],
  ['scs-0102-os_purpose-uniqueness', checkPurposeUniqueness],
  ...[...standardFlavors].map(([id, name]): [string, Check] => [
    id,
    (facts) => checkStandardFlavor(facts, id, name),
  ]),
  ...imageSources.map((key): [string, Check] => [
    `scs-0104-source-${key}`,
    (facts) => checkImageSource(facts, key),
  ]),
  ...imagePresences.map((key): [string, Check] => [
    `scs-0104-image-${key}`,
    (facts) => checkImagePresent(facts, key),
  ]),
  ['scs-0114-syntax-check', checkAspectLists],
  ...volumeAspects.map((aspect): [string, Check] => [
    `scs-0114-${aspect}-type`,
    (facts) => checkAspectOffered(facts, aspect),
  ]),
  ['scs-0115-default-rules', checkDefaultRules],
  ['scs-0116-presence', checkKeyManagerPresent],
  ['scs-0116-permissions', checkKeyManagerPermissions],
  ['scs-0117-test-backup', checkVolumeBackup],
  ...Object.keys(servicePresences).map((id): [string, Check] => [
    id,
    (facts) => checkServicePresent(facts, id),
  ]),
  ['scs-0123-swift-s3', checkSwiftS3],
]);

export const iaasTestcases: readonly string[] = [...iaasChecks.keys()];

/**
 * Judges test cases of a snapshot at a moment. Ids without a check are MISS: they need a person or have no test. `modules` tells
 * editions of a standard apart whose test cases have one id.
 */
export function judge(
  testcases: Iterable<string>,
  snapshot: Snapshot,
  now: Date,
  modules: readonly string[] = [],
): Map<string, TestcaseResult> {
  const one =
    snapshot.kind === 'cloud'
      ? judgeCloud(snapshot, now)
      : (id: string) => judgeCluster(id, snapshot, now, modules);
  return new Map([...testcases].map((id) => [id, one(id)]));
}

function judgeCloud(snapshot: CloudSnapshot, now: Date): (id: string) => TestcaseResult {
  const facts = gatherFacts(snapshot, now);
  const unfit = unfitToken(snapshot);
  return (id) => {
    const check = iaasChecks.get(id);
    if (!check) return untested(id);
    if (unfit) return { result: { upstream: 'ABORT', standard: 'ABORT' }, reason: unfit, findings: [] };
    return conclude(() => check(facts));
  };
}

/** Why nothing can be judged with this token: what an administrator may do proves nothing about users. */
export function unfitToken(snapshot: CloudSnapshot): string | null {
  if ('error' in snapshot.token) return snapshot.token.error.message;
  const { roles } = snapshot.token.value;
  const privileged = roles.find((role) => role === 'admin' || role === 'manager');
  if (privileged)
    return `the credentials have the role ${privileged}; use those of a user with the role member only`;
  if (!roles.includes('member'))
    return `the credentials lack the role member (they have ${roles.join(', ') || 'none'}); add it or use others`;
  return null;
}
