import type { HttpAnswer } from './http.ts';
import { ReleaseSourceError } from './source.ts';

/** The answer, if it is a success; else its error, see `refusal`. */
export async function succeeded(answer: HttpAnswer, name: string, what: string): Promise<HttpAnswer> {
  if (answer.status >= 200 && answer.status < 300) return answer;
  await answer.discard();
  throw refusal(name, what, answer);
}

/** An answer that is no success, as an error. `name` is the server, `what` was asked for. */
export function refusal(name: string, what: string, { status, headers }: HttpAnswer): ReleaseSourceError {
  const retryAfter = secondsToWait(headers);
  const options = retryAfter === undefined ? {} : { retryAfter };
  const limited = status === 429 || (status === 403 && retryAfter !== undefined);
  if (limited) {
    const when = retryAfter === undefined ? 'later' : `in ${retryAfter} s`;
    return new ReleaseSourceError(
      'rate-limited',
      `${name} wants no more requests now; it is asked again ${when}`,
      options,
    );
  }
  switch (status) {
    case 401:
      return new ReleaseSourceError('unauthorized', `${name} does not accept the credentials; renew them`);
    case 403:
      return new ReleaseSourceError(
        'forbidden',
        `${name} refuses ${what}; give the account the right to read it`,
      );
    case 404:
      return new ReleaseSourceError(
        'not-found',
        `${name} has no ${what}; check the name, or whether it needs credentials`,
      );
    default:
      return status >= 500
        ? new ReleaseSourceError(
            'unavailable',
            `${name} fails (HTTP ${status}); it is asked again later`,
            options,
          )
        : new ReleaseSourceError('invalid', `${name} answers HTTP ${status} for ${what}; check its address`);
  }
}

/** From `Retry-After` or GitHub's `X-RateLimit-Reset`, in seconds from now. */
function secondsToWait(headers: Headers): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null) {
    const seconds = /^\d+$/.test(after) ? Number(after) : Math.ceil((Date.parse(after) - Date.now()) / 1000);
    if (Number.isFinite(seconds)) return Math.max(0, seconds);
  }
  const reset = headers.get('x-ratelimit-reset');
  if (headers.get('x-ratelimit-remaining') !== '0' || reset === null || !/^\d+$/.test(reset))
    return undefined;
  return Math.max(1, Math.ceil(Number(reset) - Date.now() / 1000));
}

/** The body as JSON; throws `invalid` for anything else. */
export async function jsonOf(answer: HttpAnswer, name: string, most: number): Promise<unknown> {
  const body = await answer.bytes(most);
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new ReleaseSourceError(
      'invalid',
      `${name} answers with something that is no JSON; check its address`,
      {
        cause: error,
      },
    );
  }
}

/** Address of the next page, where a `Link` header names one. Throws where it is on another host, which is not to get our credentials. */
export function nextPage(answer: HttpAnswer, name: string): URL | undefined {
  const links = answer.headers.get('link') ?? '';
  const next = links.split(/,(?=\s*<)/).find((link) => /;\s*rel="?next"?/i.test(link));
  const target = next && /<([^>]*)>/.exec(next)?.[1];
  if (target === undefined || target === '') return undefined;
  const url = URL.canParse(target, answer.url.href) ? new URL(target, answer.url) : undefined;
  if (url?.origin === answer.url.origin) return url;
  throw new ReleaseSourceError('invalid', `${name} continues its list on another host; check its address`);
}
