import type { Finding } from '@scs/standards';
import { describe, expect, it } from 'vitest';
import { repairs } from './remedy.ts';

const finding = (change: Partial<Finding>): Finding => ({
  testcase: 'scs-0102-prop-os_purpose',
  rule: 'image-property-missing',
  clause: 'https://example.org/clause',
  obligation: 'MUST',
  severity: 'error',
  object: { kind: 'image', id: 'a1', name: 'Debian 13' },
  property: 'os_purpose',
  actual: null,
  expected: 'generic',
  message: 'os_purpose is missing',
  remedy: 'openstack image set --property os_purpose=generic a1',
  fails: { upstream: true, standard: true },
  deviation: null,
  ...change,
});
const image = (id: string, name = id): Partial<Finding> => ({
  object: { kind: 'image', id, name },
  remedy: `openstack image set --property os_purpose=generic ${id}`,
});

describe('findings grouped by remedy', () => {
  it('make one loop of commands that differ only in the id', () => {
    const [repair, ...others] = repairs(
      [finding(image('a1')), finding(image('b2')), finding(image('b2'))],
      'upstream',
    );
    expect(others).toEqual([]);
    expect(repair?.command).toBe(
      'for id in a1 b2; do openstack image set --property os_purpose=generic "$id"; done',
    );
    expect(repair?.objects.map(({ id }) => id)).toEqual(['a1', 'b2']);
  });

  it('keep the command of a single object as it is', () => {
    expect(repairs([finding({})], 'upstream')[0]?.command).toBe(
      'openstack image set --property os_purpose=generic a1',
    );
  });

  it('never put an id into a loop that a shell would not take as a word', () => {
    const evil = finding({
      object: { kind: 'image', id: '$(reboot)', name: 'x' },
      remedy: "openstack image delete '$(reboot)'",
    });
    const result = repairs([evil, finding(image('b2'))], 'upstream');
    expect(result.map(({ command }) => command)).toEqual([
      "openstack image delete '$(reboot)'",
      'openstack image set --property os_purpose=generic b2',
    ]);
  });

  it('show what one command repairs in several test cases once', () => {
    const result = repairs(
      [finding({}), finding({ testcase: 'scs-0102-os_purpose-uniqueness' })],
      'upstream',
    );
    expect(result).toHaveLength(1);
    expect(result[0]?.testcases).toEqual(['scs-0102-prop-os_purpose', 'scs-0102-os_purpose-uniqueness']);
  });

  it('leave out what does not fail in that mode', () => {
    const silent = finding({ fails: { upstream: false, standard: true } });
    expect(repairs([silent], 'upstream')).toEqual([]);
    expect(repairs([silent], 'standard')).toHaveLength(1);
  });

  it('without a command are grouped by what is expected', () => {
    const open = { remedy: null, message: 'rebuild the image' };
    const result = repairs(
      [finding({ ...image('a1'), ...open }), finding({ ...image('b2'), ...open })],
      'upstream',
    );
    expect(result).toMatchObject([
      { command: null, messages: ['rebuild the image'], objects: [{ id: 'a1' }, { id: 'b2' }] },
    ]);
  });
});
