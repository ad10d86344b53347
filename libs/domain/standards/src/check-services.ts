import {
  fine,
  finder,
  needProbe,
  NotDetermined,
  onlyStandard,
  onlyUpstream,
  standardsUrl,
  type Judgement,
} from './check.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './result.ts';

const servicesClause = `${standardsUrl}scs-0123-v1-mandatory-and-supported-IaaS-services`;

interface ServicePresence {
  /** Catalogue types that upstream's test takes. */
  types: string[];
  /** Further names that the OpenStack service type authority lists for them. */
  aliases?: string[];
  /** Set where only the test asks for it. */
  onlyTested?: string;
}

/** scs-0123: catalogue types by test case. */
export const servicePresences: Record<string, ServicePresence> = {
  'scs-0123-service-compute': { types: ['compute'] },
  'scs-0123-service-identity': { types: ['identity'] },
  'scs-0123-service-image': { types: ['image'] },
  'scs-0123-service-network': { types: ['network'] },
  'scs-0123-service-load-balancer': { types: ['load-balancer'] },
  'scs-0123-service-placement': {
    types: ['placement'],
    onlyTested:
      'The text of scs-0123-v1 does not ask for placement, which users cannot call; upstream’s test does.',
  },
  'scs-0123-storage-apis': {
    types: ['volume', 'volumev3', 'block-storage'],
    aliases: ['block-store', 'volumev2'],
  },
  'scs-0123-service-s3': { types: ['object-store-s3'], aliases: ['s3'] },
};

/** The service is in the token's catalogue. */
export function checkServicePresent(facts: Facts, testcase: string): Judgement {
  const { types, aliases = [], onlyTested } = servicePresences[testcase]!;
  const there = facts.serviceTypes();
  if (types.some((type) => there.has(type))) return fine;
  const alias = aliases.find((type) => there.has(type));
  const found = finder(testcase, servicesClause);
  return {
    findings: [
      found({
        rule: 'service-missing',
        object: { kind: 'service', id: null, name: types[0]! },
        actual: alias ?? null,
        expected: `a service of type ${types.join(' or ')}`,
        message: `The catalogue has no service of type ${types.join(', ')}.`,
        ...(alias && {
          fails: onlyUpstream,
          deviation: `${alias} is a known alias; upstream’s test does not take it.`,
        }),
        ...(onlyTested && { fails: onlyUpstream, deviation: onlyTested }),
      }),
    ],
  };
}

const refusals = ['InvalidAccessKeyId', 'NoSuchKey'];

/** scs-0123-v1: where there is Swift, S3 answers at its host: a wrong key is refused as S3 refuses it. */
export function checkSwiftS3(facts: Facts): Judgement {
  const found = finder('scs-0123-swift-s3', servicesClause);
  const object = { kind: 'service', id: null, name: 'object-store' };
  const there = facts.serviceTypes();
  if (!there.has('object-store')) {
    if (there.has('object-store-s3') || there.has('s3')) return fine;
    const message = 'The catalogue has neither an object store nor an S3 service.';
    const deviation = 'The text makes S3 mandatory; upstream’s test only looks where there is Swift.';
    return {
      findings: [
        found({
          rule: 'service-missing',
          object,
          expected: 'an S3 service',
          message,
          fails: onlyStandard,
          deviation,
        }),
      ],
    };
  }
  const evidence = facts.snapshot.probes.s3;
  // Without an address there is nothing to call, so upstream’s test ends too.
  if (evidence && 'error' in evidence && evidence.error.reason !== 'not-found')
    return failedProbe(evidence.error.message, 's3-refusal', object, found);
  const { endpoint, errorCode } = needProbe(evidence);
  if (errorCode === null) throw new NotDetermined('ABORT', `${endpoint} let a made-up S3 key in`);
  if (refusals.includes(errorCode)) return fine;
  const message = `The object store at ${endpoint} does not refuse a wrong S3 key as S3 does.`;
  return {
    findings: [
      found({ rule: 's3-refusal', object, actual: errorCode, expected: refusals.join(' or '), message }),
    ],
  };
}

const keyManagerClause = `${standardsUrl}scs-0116-v1-key-manager-standard#key-manager-standard`;
const keyManager = { kind: 'service', id: null, name: 'key-manager' };

/** scs-0116: there is a key manager. */
export function checkKeyManagerPresent(facts: Facts): Judgement {
  const found = finder('scs-0116-presence', keyManagerClause);
  if (facts.serviceTypes().has('key-manager')) return fine;
  const message = 'The catalogue has no key manager.';
  return {
    findings: [
      found({
        rule: 'service-missing',
        obligation: 'SHOULD',
        object: keyManager,
        expected: 'a service of type key-manager',
        message,
      }),
    ],
  };
}

/** scs-0116: a member may create, list and delete secrets. Without a key manager there is nothing to ask. */
export function checkKeyManagerPermissions(facts: Facts): Judgement {
  if (!facts.serviceTypes().has('key-manager')) return fine;
  const found = finder('scs-0116-permissions', keyManagerClause);
  const { forbidden, found: listed } = needProbe(facts.snapshot.probes.keyManager);
  if (forbidden === null && listed) return fine;
  const message = forbidden
    ? `A member of the project may not ${forbidden} secrets.`
    : 'A secret that a member created is not in the list.';
  return {
    findings: [
      found({
        rule: 'key-manager-permissions',
        object: keyManager,
        property: forbidden ?? 'list',
        expected: 'allowed to members',
        message,
      }),
    ],
  };
}

/** Some of upstream's tests take any trouble for a failure. By the text nothing is disproved, only not tried. */
function failedProbe(
  reason: string,
  rule: string,
  object: Finding['object'],
  found: ReturnType<typeof finder>,
): Judgement {
  return {
    findings: [
      found({
        rule,
        object,
        message: `The service could not be tried: ${reason}`,
        fails: onlyUpstream,
        deviation: 'Upstream’s test takes any trouble for a failure.',
      }),
    ],
    aborts: { standard: reason },
  };
}

/** scs-0117: a volume can be backed up and restored. */
export function checkVolumeBackup(facts: Facts): Judgement {
  const evidence = facts.snapshot.probes.volumeBackup;
  const found = finder('scs-0117-test-backup', `${standardsUrl}scs-0117-v1-volume-backup-service`);
  const object = { kind: 'service', id: null, name: 'volume backup' };
  if (evidence && 'error' in evidence)
    return failedProbe(evidence.error.message, 'volume-backup', object, found);
  const { failure } = needProbe(evidence);
  if (!failure) return fine;
  const message = `Backing up and restoring a volume failed at “${failure.step}”: ${failure.message}`;
  return {
    findings: [
      found({
        rule: 'volume-backup',
        object,
        property: failure.step,
        actual: failure.message,
        expected: 'a restored volume',
        message,
      }),
    ],
  };
}
