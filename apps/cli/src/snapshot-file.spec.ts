import { describe, expect, it } from 'vitest';
import { parseSnapshot } from './snapshot-file.ts';

const flavor = {
  id: '1',
  name: 'SCS-1V-4',
  vcpus: 1,
  ram: 4096,
  disk: 0,
  isPublic: true,
  extraSpecs: { 'scs:cpu-type': 'shared-core' },
};
const good = {
  format: 'scs.snapshot/v1',
  kind: 'cloud',
  subject: 'a',
  takenAt: '2026-11-24T00:00:00Z',
  requests: 7,
  durationMs: 90,
  cloud: { authUrl: 'https://a.example/v3', region: null, interface: 'public', project: 'p' },
  token: { value: { roles: ['member'], projectId: null, catalog: [{ type: 'compute', endpoints: [] }] } },
  flavors: { value: [flavor] },
  images: { error: { reason: 'timeout', message: 'no answer' } },
  volumeTypes: { value: [] },
  defaultSecurityGroupRules: { value: null },
  probes: {},
};
const parse = (document: unknown) =>
  parseSnapshot(typeof document === 'string' ? document : JSON.stringify(document), 'a.json');

describe('a stored snapshot', () => {
  it('is read, inputs that could not be read included', () => {
    expect(parse(good)).toEqual(good);
  });

  it('may have fields that a later version added', () => {
    expect(parse({ ...good, weather: 'fine' })).toMatchObject({ weather: 'fine' });
  });

  it.each<[string, unknown, RegExp]>([
    ['text', 'hello', /a\.json is not JSON .*scs snapshot -o a\.json/],
    ['nothing', '', /is not JSON/],
    ['other JSON', { a: 1 }, /is no snapshot/],
    ['a list', [], /is no snapshot/],
    [
      'a format of the future',
      { ...good, format: 'scs.snapshot/v2' },
      /has the format scs\.snapshot\/v2, this program reads scs\.snapshot\/v1; use/,
    ],
    ['an unknown kind', { ...good, kind: 'toaster' }, /unknown kind toaster/],
    ['a missing part', { ...good, images: undefined }, /lacks images/],
    [
      'a wrong type deep inside',
      { ...good, flavors: { value: [flavor, { ...flavor, ram: '4096' }] } },
      /flavors\.value\[1\]\.ram: must be a number/,
    ],
    [
      'an error without a reason',
      { ...good, flavors: { error: {} } },
      /flavors\.error\.reason: must be a string/,
    ],
    [
      'an extra spec that is no text',
      { ...good, flavors: { value: [{ ...flavor, extraSpecs: { a: 1 } }] } },
      /extraSpecs\.a: must be a string/,
    ],
  ])('is refused when it is %s', (_, document, message) => {
    expect(() => parse(document)).toThrow(message);
  });
});
