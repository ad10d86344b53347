import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Target name, the file that calls for it, and the command (run in the project folder; {top} leads to the workspace). */
const targets = [
  ['generate', 'buf.gen.yaml', 'node generate.mjs'],
  ['lint', 'buf.gen.yaml', 'cd {top} && buf lint --path proto/scs'],
  ['lint', 'tsconfig.json', 'oxlint -c {top}/.oxlintrc.json .'],
  ['typecheck', 'tsconfig.json', 'oxlint -A all --type-check .'],
  ['test', 'src', 'vitest run --config {top}/vitest.config.ts'],
  ['build', 'src/main.ts', 'rolldown -c {top}/rolldown.config.ts'],
  // A package with a bundle of its own: the later line wins.
  ['build', 'rolldown.config.ts', 'rolldown -c rolldown.config.ts'],
  // One service alone, configured by variables: docs/configuration.md.
  [
    'serve',
    'src/main.ts',
    'exec node --enable-source-maps dist/main.js',
    { dependsOn: ['build'], cache: false },
  ],
];

/** Gives every workspace package the same targets: nothing to repeat in package.json files. */
export const createNodesV2 = [
  '{apps/*,libs/*/*,proto}/package.json',
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      const top = relative(join(workspaceRoot, root), workspaceRoot);
      const inferred = targets
        .filter(([, marker]) => existsSync(join(workspaceRoot, root, marker)))
        .map(([name, , command, more]) => [
          name,
          { command: command.replace('{top}', top), options: { cwd: root }, ...more },
        ]);
      return [file, { projects: { [root]: { targets: Object.fromEntries(inferred) } } }];
    }),
];
