import { titleOf, type Api, type ApiError } from './api.ts';

const api = (root: string, errorBody: (error: ApiError) => unknown): Api => ({
  root,
  open: {},
  routes: {},
  errorBody,
});

/** Services that are in the catalogue and know nothing: each says so in its own words. */
export const catalogueOnly: Api[] = [
  api('/load-balancer', ({ message }) => ({ faultcode: 'Client', faultstring: message, debuginfo: null })),
  api('/placement', ({ status, message }) => ({
    errors: [{ status, title: titleOf(status), detail: message }],
  })),
  api('/dns', ({ status, message }) => ({
    code: status,
    type: titleOf(status).toLowerCase().replace(' ', '_'),
    message,
  })),
  api('/swift', ({ message }) => message),
];
