import { describe, expect, it } from 'vitest';
import { checkAddress, isPublic } from './address.ts';

describe('isPublic', () => {
  it.each([
    ['0.0.0.0', 'this host'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'shared by carriers'],
    ['100.127.255.255', 'shared by carriers'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'metadata'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.2.1', 'documentation'],
    ['192.168.0.1', 'private'],
    ['198.19.0.1', 'benchmarks'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'this host'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback, as IPv6'],
    ['::ffff:8.8.8.8', 'IPv4, as IPv6'],
    ['::7f00:1', 'loopback, as IPv6 of old'],
    ['64:ff9b::7f00:1', 'loopback, translated'],
    ['2001:0:7f00:1::', 'Teredo'],
    ['2002:7f00:1::1', '6to4'],
    ['2001:db8::1', 'documentation'],
    ['fc00::1', 'private'],
    ['fd00:ec2::254', 'metadata'],
    ['fe80::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['', 'no address'],
    ['example.org', 'no address'],
  ])('"%s" is not: %s', (ip) => {
    expect(isPublic(ip)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '2001:4860:4860::8888',
    '2606:4700::1111',
  ])('%s is', (ip) => {
    expect(isPublic(ip)).toBe(true);
  });
});

describe('checkAddress', () => {
  it.each([
    ['not a URL', 'git@example.org:docs.git', 'is no URL'],
    ['a relative path', '../docs.git', 'is no URL'],
    ['a local file', 'file:///etc', 'file:'],
    ['SSH', 'ssh://example.org/docs.git', 'ssh:'],
    ['the protocol of Git', 'git://example.org/docs.git', 'git:'],
    ['a command for Git', 'ext::sh -c true', 'ext:'],
    ['plain HTTP', 'http://1.1.1.1/docs.git', 'http:'],
    ['another port', 'https://1.1.1.1:8443/docs.git', 'port 8443'],
    ['a user', 'https://me@1.1.1.1/docs.git', 'user or a password'],
    ['a query', 'https://1.1.1.1/docs.git?private_token=hunter2', 'query'],
    ['a fragment', 'https://1.1.1.1/docs.git#main', 'fragment'],
    ['a private host', 'https://10.0.0.1/docs.git', 'not on the public internet'],
    ['loopback in hexadecimal', 'https://0x7f.1/docs.git', '127.0.0.1 is not on the public internet'],
    ['loopback as one number', 'https://2130706433/docs.git', '127.0.0.1 is not on the public internet'],
    ['loopback as IPv6', 'https://[::1]/docs.git', 'not on the public internet'],
    ['IPv4 as IPv6', 'https://[::ffff:a9fe:a9fe]/docs.git', 'not on the public internet'],
  ])('refuses %s', async (_, url, message) => {
    await expect(checkAddress(url)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(message),
    });
  });

  it('repeats no password', async () => {
    const error: unknown = await checkAddress('https://me:hunter2@1.1.1.1/docs.git').catch((e: unknown) => e);
    expect(String(error)).not.toMatch(/hunter2|me:/);
  });

  it('takes a public address as it is', async () => {
    expect(await checkAddress('https://1.1.1.1/docs.git')).toEqual({
      url: 'https://1.1.1.1/docs.git',
      host: '1.1.1.1',
      port: 443,
      ips: ['1.1.1.1'],
    });
  });

  it('takes any host, port and HTTP where the operator allows it', async () => {
    expect(await checkAddress('http://[::1]:8080/docs.git', 'any')).toMatchObject({
      host: '::1',
      port: 8080,
      ips: ['::1'],
    });
  });

  it('still refuses other protocols and passwords there', async () => {
    await expect(checkAddress('file:///etc', 'any')).rejects.toThrow('file:');
    await expect(checkAddress('http://a:b@[::1]/', 'any')).rejects.toThrow('user or a password');
  });
});
