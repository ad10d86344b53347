import type { RolldownOptions } from 'rolldown';

/** npm packages go in too, so that a command loads few, small files; each command is a chunk of its own. */
export default {
  input: { main: 'src/main.ts' },
  platform: 'node',
  tsconfig: 'tsconfig.json',
  // 1 s to load, and only the scope kaas needs it.
  external: ['@kubernetes/client-node'],
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    cleanDir: true,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
} satisfies RolldownOptions;
