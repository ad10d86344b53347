import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { causeOf, SourceError } from './tree.ts';

/** Where a source may lie: on the public internet, over https and port 443; or anywhere, over http too. */
export type Addresses = 'public' | 'any';

/** An address that was checked. Connect to `ips` only: a second look-up may say something else. */
export interface Address {
  /** Without user, query and fragment; safe to print. */
  url: string;
  host: string;
  port: number;
  ips: string[];
}

/** Checks a URL that a user gave, and looks its host up, once. Throws {@link SourceError} with what is wrong with it. */
export async function checkAddress(text: string, allowed: Addresses = 'public'): Promise<Address> {
  const url = readUrl(text, allowed);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const ips = isIP(host) ? [host] : await resolve(host);
  if (allowed === 'public' && !ips.every(isPublic)) {
    throw refused(
      `${host} is not on the public internet; sources on internal hosts must be allowed by the operator`,
    );
  }
  return { url: url.href, host, port, ips };
}

/** Nothing of the text is repeated before it is known to hold no password. */
function readUrl(text: string, allowed: Addresses): URL {
  const schemes = allowed === 'any' ? ['https:', 'http:'] : ['https:'];
  const url = URL.parse(text);
  if (!url) throw refused('the address is no URL; write https://host/path');
  if (!schemes.includes(url.protocol)) {
    throw refused(`addresses with ${url.protocol} are not read; write https://host/path`);
  }
  if (url.username !== '' || url.password !== '') {
    throw refused('the address holds a user or a password; leave them out and give a token apart from it');
  }
  if (url.search !== '' || url.hash !== '') {
    throw refused('the address holds a query or a fragment; leave out all from ? or # on');
  }
  if (allowed === 'public' && url.port !== '') {
    throw refused(`the address names port ${url.port}; only 443 is allowed`);
  }
  // "host." is the same host; clients differ in whether it is the same name.
  url.hostname = url.hostname.replace(/\.$/, '');
  return url;
}

async function resolve(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const cause = causeOf(error);
    throw cause === 'ENOTFOUND'
      ? new SourceError('not-found', `there is no host ${host}; check the address`)
      : new SourceError('unavailable', `${host} cannot be looked up now (${cause}); try again later`);
  }
}

const refused = (message: string) => new SourceError('invalid', message);

/** Special ranges of IPv4, from the registry of IANA: this host, private, shared, loopback, link-local, documentation, multicast, reserved. */
const special4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only 2000::/3 is public, and these parts of it are not: protocols and tunnels (Teredo, 6to4 hold an IPv4 address), documentation. */
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const special = blockList([...special4, ...special6]);
const global6 = blockList(['2000::/3']);

function blockList(ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** Does the IP address belong to a host on the public internet? */
export function isPublic(ip: string): boolean {
  if (isIP(ip) === 4) return !special.check(ip, 'ipv4');
  return isIP(ip) === 6 && global6.check(ip, 'ipv6') && !special.check(ip, 'ipv6');
}
