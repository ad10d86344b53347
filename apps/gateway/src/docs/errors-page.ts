import { kinds } from '../rest/problem.ts';
import { markup, page, table } from './html.ts';

/** Reasons that every service may give; those of one resource are told by its `detail`. */
const reasons: Record<string, string> = {
  INVALID_REQUEST: '400: a field breaks a rule; `violations` names it.',
  INVALID_BODY: '400: the body cannot be read as what the request takes.',
  INVALID_JSON: '400: the body is no JSON.',
  INVALID_PARAMETER: '400: a value in the query or path cannot be read.',
  UNKNOWN_FIELD: '400: the body has a field that does not exist.',
  UNKNOWN_PARAMETER: '400: the query has a parameter that does not exist.',
  BODY_UNEXPECTED: '400: this request takes no body.',
  PATH_CONFLICT: '400: body and path name different things.',
  INVALID_PATH: '400: the path is wrongly percent-encoded.',
  TOKEN_MISSING: '401: send `authorization: Bearer …`.',
  TOKEN_REFUSED: '401: the token is wrong, expired, revoked or not for us.',
  PERMISSION_MISSING: '403: `metadata.permission` is what the caller’s roles lack.',
  PATH_UNKNOWN: '404: there is no such path.',
  METHOD_NOT_ALLOWED: '405: the header `allow` has the methods that the path takes.',
  BODY_TOO_LARGE: '413: bodies end at 5 MiB.',
  CONTENT_TYPE: '415: bodies are `application/json`.',
  INTERNAL: '500: a defect; tell the operator the `requestId`.',
  UNIMPLEMENTED: '501: the service behind is older than the gateway.',
  UNAVAILABLE: '503: the service behind does not answer. Repeat later.',
  KEYS_UNAVAILABLE: '503: the identity provider’s keys cannot be fetched. Repeat later.',
  DEADLINE_EXCEEDED: '504: the service behind took longer than 30 seconds.',
};

/** What the kinds of errors and the reasons that all services share mean; problem documents link to it. */
export function errorsPage(): string {
  const rows = (entries: [string, string][]) =>
    entries.map(
      ([name, text]) =>
        `<tr id="${name}"><th scope="row"><code>${name}</code></th><td>${markup(text)}</td></tr>`,
    );
  return page(
    'Errors',
    `<nav aria-label="Contents"><a class="home" href="/docs">SCS Control Plane</a></nav>
<main><h1>Errors</h1>
${markup('Every error is a document of the type `application/problem+json` (RFC 9457). `reason` is stable and for programs, `detail` says what is wrong and what to do, `requestId` finds the request in the logs. A reason that is not listed here belongs to one resource; its `detail` explains it.')}
${table('Kinds', rows(Object.entries(kinds).map(([kind, { status, meaning }]) => [kind, `${status}: ${meaning}`])))}
${table('Reasons', rows(Object.entries(reasons)))}
</main>`,
  );
}
