import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Against real servers: one after the other, with time to boot a server.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    globalSetup: './needs.ts',
    include: ['*.spec.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
