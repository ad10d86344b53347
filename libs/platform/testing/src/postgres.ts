import { startPostgres } from '@scs/database';
import type { TestProject } from 'vitest/node';

/** One server for a test run; each spec makes its databases on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}
