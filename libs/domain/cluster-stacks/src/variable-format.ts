/** Formats that Kubernetes checks in texts, by the names of kube-openapi's strfmt; in doubt a text is accepted. Others are only a hint. */
export const formats: Readonly<Record<string, { words: string; accepts(text: string): boolean }>> = {
  ipv4: { words: 'an IPv4 address', accepts: isIpv4 },
  ipv6: { words: 'an IPv6 address', accepts: isIpv6 },
  cidr: { words: 'a network such as 10.8.0.0/20', accepts: isCidr },
  uuid: { words: 'a UUID', accepts: uuid('[0-9a-f]') },
  uuid3: { words: 'a UUID of version 3', accepts: uuid('3') },
  uuid4: { words: 'a UUID of version 4', accepts: uuid('4', '[89ab]') },
  uuid5: { words: 'a UUID of version 5', accepts: uuid('5', '[89ab]') },
  uri: {
    words: 'an address such as https://example.org/',
    accepts: (text) => text.startsWith('/') || URL.canParse(text),
  },
  email: { words: 'an e-mail address', accepts: (text) => /\S@\S/.test(text) },
  hostname: { words: 'a host name', accepts: isHostname },
  mac: {
    words: 'a MAC address',
    accepts: (text) => /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text),
  },
  byte: {
    words: 'base64',
    accepts: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  },
  date: { words: 'a date such as 2026-11-25', accepts: isDate },
  'date-time': { words: 'a time such as 2026-11-25T12:00:00Z', accepts: isDateTime },
  datetime: { words: 'a time such as 2026-11-25T12:00:00Z', accepts: isDateTime },
};

function uuid(version: string, variant = '[0-9a-f]'): (text: string) => boolean {
  const form = new RegExp(
    `^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`,
    'i',
  );
  return (text) => form.test(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

function isIpv6(text: string): boolean {
  if (!text.includes(':') || !/^[0-9a-f:.]+$/i.test(text)) return false;
  // An IPv4 address at the end stands for two groups.
  const tail = /(?:^|:)([^:]*\.[^:]*)$/.exec(text)?.[1];
  if (tail !== undefined && !isIpv4(tail)) return false;
  const [left = '', right, ...more] = (tail === undefined ? text : `${text.slice(0, -tail.length)}0:0`).split(
    '::',
  );
  if (more.length > 0) return false;
  const groups = [left, right ?? ''].flatMap((half) => (half === '' ? [] : half.split(':')));
  const isComplete = right === undefined ? groups.length === 8 : groups.length < 8;
  return isComplete && groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
}

function isCidr(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  if (length === undefined || more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return false;
  return (isIpv4(address) && Number(length) <= 32) || (isIpv6(address) && Number(length) <= 128);
}

function isHostname(text: string): boolean {
  const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
  return text.length <= 255 && text.split('.').every((part) => label.test(part));
}

function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === '' || Number(month) < 1 || Number(month) > 12) return false;
  const isLeap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1] ?? 0;
  return Number(day) >= 1 && Number(day) <= days;
}

/** As lenient as Kubernetes: the zone may be missing. */
function isDateTime(text: string): boolean {
  const time =
    /^[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;
  return isDate(text.slice(0, 10)) && time.test(text.slice(10));
}
