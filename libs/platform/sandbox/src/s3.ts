import type { Answer, Api, Handler } from './api.ts';

const refusal = (code: string): Answer => ({
  status: 403,
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><RequestId>tx0</RequestId><HostId>sandbox</HostId></Error>`,
});
const refuse: Handler = ({ headers }) =>
  refusal(headers.authorization?.startsWith('AWS') ? 'InvalidAccessKeyId' : 'AccessDenied');

/** S3 at the host itself, as a RADOS gateway has it. It knows no key, so it lets nobody in. */
export const s3: Api = {
  root: '',
  open: { 'GET /': refuse, 'GET /{bucket}': refuse, 'GET /{bucket}/{key}': refuse },
  routes: {},
  errorBody: () => refusal('AccessDenied').body,
};
