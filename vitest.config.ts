import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const { devDependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  devDependencies?: Record<string, string>;
};

export default defineConfig({
  root: process.cwd(),
  test: {
    include: ['src/**/*.spec.ts', 'e2e/**/*.spec.ts'],
    // Only projects that ask for it pay for a Postgres server.
    globalSetup: '@scs/testing' in devDependencies ? ['@scs/testing/postgres'] : [],
    passWithNoTests: true,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
