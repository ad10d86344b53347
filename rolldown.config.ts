import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  tsconfig: 'tsconfig.json',
  // Our own code goes in, npm packages stay outside; the helpers that oxc emits are ours too.
  external: /^(?!@scs\/|@oxc-project\/runtime)[@a-z]/,
  output: { dir: 'dist', format: 'esm', sourcemap: true, cleanDir: true },
});
