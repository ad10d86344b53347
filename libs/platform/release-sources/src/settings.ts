import { ReleaseSourceError } from './source.ts';

/** An address of http or https that ends in a slash, so that names can be put behind it. Throws `settings`. */
export function httpUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const refuse = (why: string) => new ReleaseSourceError('settings', `${what} ${why}`);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw refuse('is no http(s) address; check it');
  if (url.username !== '' || url.password !== '') throw refuse('has credentials in it; give them as a token');
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
