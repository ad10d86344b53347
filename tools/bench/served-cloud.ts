import { mockMissing, startMockCloud } from '../../apps/cli/e2e/mock-cloud.ts';

export interface ServedCloud {
  name: string;
  authUrl: string;
  stop(): void;
}

/** The recorded good cloud over HTTP. */
export async function servedCloud(): Promise<ServedCloud> {
  if (mockMissing !== null) throw new Error(`there is no cloud to measure against: ${mockMissing}`);
  return { name: 'mock-openstack, good.json', ...(await startMockCloud('good')) };
}
