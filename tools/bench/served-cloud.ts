import { mockMissing, startMockCloud } from '../../apps/cli/e2e/mock-cloud.ts';

export interface ServedCloud {
  name: string;
  authUrl: string;
  stop(): void | Promise<void>;
}

/** The recorded good cloud over HTTP; where that is missing, the sandbox. */
export async function servedCloud(): Promise<ServedCloud> {
  if (mockMissing === null) return { name: 'mock-openstack, good.json', ...(await startMockCloud('good')) };
  process.stderr.write(`bench: using the sandbox: ${mockMissing}\n`);
  throw new Error('no sandbox yet');
}
