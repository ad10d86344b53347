import type { DescMessage, JsonValue, MessageShape } from '@bufbuild/protobuf';
import { request } from './control-plane.ts';
import { usage } from './failure.ts';

export interface ServerValues {
  server?: string;
}

/** Asks a control plane: `--server URL` or `$SCS_SERVER`, with the token in `$SCS_TOKEN` where there is one. */
export async function askServer<D extends DescMessage>(
  { server = process.env['SCS_SERVER'] }: ServerValues,
  path: string,
  body: JsonValue,
  answer: D,
): Promise<MessageShape<D>> {
  if (server === undefined || server === '') {
    throw usage(
      'nothing to search in; name directories or .tar.gz archives with --source PATH, or a control plane with --server URL',
    );
  }
  return request(server, { method: 'POST', path, body }, answer);
}
