import { mockMissing, startMockCloud } from '../../apps/cli/e2e/mock-cloud.ts';

export interface ServedCloud {
  name: string;
  authUrl: string;
  stop(): void | Promise<void>;
}
