import { describe, expect, it } from 'vitest';
import { aCloud, one } from './a-cloud.spec-data.ts';
import type { ProbeEvidence } from './probe-evidence.ts';
import type { Mode, Result } from './result.ts';

const withServices = (types: string[], probes: ProbeEvidence = {}) =>
  aCloud({
    token: {
      value: { roles: ['member'], projectId: 'p', catalog: types.map((type) => ({ type, endpoints: [] })) },
    },
    probes,
  });
const both = (result: Result): Record<Mode, Result> => ({ upstream: result, standard: result });
const failed = { error: { reason: 'unreachable', message: 'nobody answers' } } as const;

describe('services in the catalogue, as upstream’s tests look for them', () => {
  it.each<[string, string[], Result]>([
    ['scs-0123-service-compute', ['compute'], 'PASS'],
    ['scs-0123-service-compute', ['compute_legacy'], 'FAIL'],
    ['scs-0123-service-identity', ['identity'], 'PASS'],
    ['scs-0123-service-image', ['Image'], 'FAIL'],
    ['scs-0123-service-network', ['network'], 'PASS'],
    ['scs-0123-service-load-balancer', ['load-balancer'], 'PASS'],
    ['scs-0123-service-load-balancer', ['octavia'], 'FAIL'],
    ['scs-0123-service-placement', ['placement'], 'PASS'],
    ['scs-0123-service-placement', [], 'FAIL'],
    ['scs-0123-storage-apis', ['volume'], 'PASS'],
    ['scs-0123-storage-apis', ['volumev3'], 'PASS'],
    ['scs-0123-storage-apis', ['block-storage'], 'PASS'],
    ['scs-0123-storage-apis', ['volumev2', 'block-store'], 'FAIL'],
    ['scs-0123-service-s3', ['object-store-s3'], 'PASS'],
    ['scs-0123-service-s3', ['s3', 'object-store'], 'FAIL'],
    ['scs-0116-presence', ['key-manager'], 'PASS'],
    ['scs-0116-presence', ['barbican'], 'FAIL'],
  ])('%s with %j: %s', (testcase, types, expected) => {
    expect(one(testcase, withServices(types)).result.upstream).toBe(expected);
  });
});

describe('S3 next to Swift', () => {
  const s3 = (errorCode: string | null): ProbeEvidence => ({
    s3: { value: { endpoint: 'https://swift.example/', errorCode } },
  });
  it.each<[string, string[], ProbeEvidence, Record<Mode, Result>]>([
    ['no Swift', ['object-store-s3'], {}, both('PASS')],
    ['a refusal of the key', ['object-store'], s3('InvalidAccessKeyId'), both('PASS')],
    ['a refusal by RADOS', ['object-store'], s3('NoSuchKey'), both('PASS')],
    ['another error', ['object-store'], s3('SignatureDoesNotMatch'), both('FAIL')],
    ['an answer that is no S3', ['object-store'], s3('HTTP 404'), both('FAIL')],
    ['a key that works', ['object-store'], s3(null), both('ABORT')],
    ['no answer', ['object-store'], { s3: failed }, { upstream: 'FAIL', standard: 'ABORT' }],
    [
      'no address in the catalogue',
      ['object-store'],
      { s3: { error: { reason: 'not-found', message: 'no address' } } },
      both('ABORT'),
    ],
    ['no probe', ['object-store'], {}, both('MISS')],
  ])('%s', (_, types, probes, expected) => {
    expect(one('scs-0123-swift-s3', withServices(types, probes)).result).toEqual(expected);
  });
});

describe('the key manager', () => {
  it.each<[string, string[], ProbeEvidence, Result]>([
    ['absent', [], {}, 'PASS'],
    ['not tried', ['key-manager'], {}, 'MISS'],
    ['open to members', ['key-manager'], { keyManager: { value: { forbidden: null, found: true } } }, 'PASS'],
    [
      'closed for lists',
      ['key-manager'],
      { keyManager: { value: { forbidden: 'list', found: false } } },
      'FAIL',
    ],
    [
      'closed for new secrets',
      ['key-manager'],
      { keyManager: { value: { forbidden: 'create', found: false } } },
      'FAIL',
    ],
    [
      'closed for removal',
      ['key-manager'],
      { keyManager: { value: { forbidden: 'delete', found: true } } },
      'FAIL',
    ],
    [
      'that loses secrets',
      ['key-manager'],
      { keyManager: { value: { forbidden: null, found: false } } },
      'FAIL',
    ],
    ['that is broken', ['key-manager'], { keyManager: failed }, 'ABORT'],
  ])('%s', (_, types, probes, expected) => {
    expect(one('scs-0116-permissions', withServices(types, probes)).result).toEqual(both(expected));
  });
});

describe('volume backup', () => {
  it.each<[string, ProbeEvidence, Record<Mode, Result>]>([
    ['not tried', {}, both('MISS')],
    ['that works', { volumeBackup: { value: { failure: null } } }, both('PASS')],
    [
      'that fails at a step',
      { volumeBackup: { value: { failure: { step: 'create backup', message: '404' } } } },
      both('FAIL'),
    ],
    ['that could not be tried', { volumeBackup: failed }, { upstream: 'FAIL', standard: 'ABORT' }],
  ])('%s', (_, probes, expected) => {
    expect(one('scs-0117-test-backup', aCloud({ probes })).result).toEqual(expected);
  });
});
