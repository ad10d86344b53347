/** Who may import whom. The path is the tag; the reasons are in docs/decisions/0001-walls.md. */
/** Specs, and the data that they share. */
const spec = '[.]spec(-data)?[.]ts$';

export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: { pathNot: '[.]entity[.]ts$' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'no I/O: nothing from node:, no platform library',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: spec },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'domain-knows-only-domain',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: spec },
      to: {
        pathNot: [
          '^libs/domain/',
          // Parsers, hashes, stemmers, expressions: text in, data out.
          '^node_modules/(yaml|@noble/hashes|@bufbuild/cel|@bufbuild/protobuf|@orama/stemmers|github-slugger|mdast-util-[a-z-]+|micromark-extension-[a-z-]+)/',
          '^$',
        ],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'platform-knows-no-app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'only-three-platform-libraries-call-the-domain',
      comment: 'inspection, sandbox and release-sources; others may use its types',
      severity: 'error',
      from: { path: '^libs/platform/(?!inspection/|sandbox/|release-sources/)', pathNot: spec },
      to: { path: '^libs/domain/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'apps-are-islands',
      comment: 'standalone alone composes them',
      severity: 'error',
      from: { path: '^apps/(?!standalone/)([^/]+)/' },
      to: { path: '^apps/(?!$1/)' },
    },
    {
      name: 'testing-only-in-specs',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [spec, '^libs/platform/testing/', '/e2e/'] },
      to: { path: '^libs/platform/testing/' },
    },
    {
      name: 'no-undeclared',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^proto/gen'] },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
