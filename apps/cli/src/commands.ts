import packageJson from '../package.json' with { type: 'json' };
import { command, type Command } from './command.ts';

const format = {
  value: 'FORMAT',
  choices: ['table', 'json', 'yaml'],
  help: 'table on a terminal, else json',
} as const;
const cloud = {
  value: 'NAME',
  help: 'cloud of clouds.yaml; default: $OS_CLOUD or the OS_* variables',
} as const;
const timeout = { value: 'SECONDS', help: 'how long one request may take (default 30)' } as const;
const scope = { value: 'SCOPE', choices: ['iaas', 'kaas'], help: 'iaas (default) or kaas' } as const;
const scopeFile = {
  value: 'FILE',
  help: "a scope file of upstream's, any generation, instead of the built-in scope",
} as const;

const source = {
  value: 'PATH',
  multiple: true,
  help: 'directory or .tar.gz archive with documentation; may be given again',
} as const;
const server = {
  value: 'URL',
  help: 'control plane to ask where no --source is given; default: $SCS_SERVER (token: $SCS_TOKEN)',
} as const;
const index = { value: 'FILE', help: 'an index that `scs docs index` wrote, instead of sources' } as const;
const asOf = { value: 'DATE', help: 'what is effective on that day; default: today' } as const;
const lexicon = { value: 'FILE', help: 'more German words with their English translations (JSON)' } as const;

const at = { value: 'DATE', help: 'date (its end, UTC) or RFC 3339; default: now' } as const;

const releases = {
  value: 'PLACE',
  help: 'where releases are: a directory, oci://…, github://owner/repo, https://…; default: the OCI_* or GIT_* variables',
} as const;
const manifests = { ...format, choices: ['yaml', 'json'], help: 'yaml (default) or json' } as const;

const clusterOptions = {
  server: { value: 'URL', help: 'the control plane; default: $SCS_SERVER (token: $SCS_TOKEN)' },
  tenant: { value: 'NAME', help: 'whose clusters, for operators; default: your own tenant' },
} as const;
const wait = {
  wait: { type: 'boolean', help: 'wait until it is done, and show what it is at' },
  timeout: { value: 'SECONDS', help: 'how long to wait (default 3600)' },
} as const;
const dryRun = { type: 'boolean', help: 'check everything, change nothing' } as const;

/** Every command: its words, options and help. The code behind one is loaded only when it is called. */
export const commands: readonly Command[] = [
  command({
    name: 'certify',
    summary: 'judge a cloud, a cluster or a stored snapshot',
    operands: [],
    options: {
      'os-cloud': cloud,
      snapshot: { value: 'FILE', help: 'judge a stored snapshot, without any request' },
      kubeconfig: { value: 'FILE', help: 'the cluster to judge (scope kaas); default: $KUBECONFIG' },
      sonobuoy: {
        value: '[TESTCASE=]FILE',
        multiple: true,
        help: 'result archive of a Sonobuoy run: of cncf-k8s-conformance, or of the test case named',
      },
      'kubernetes-data': { value: 'FILE', help: 'releases, end-of-life dates and CVEs of Kubernetes (JSON)' },
      scope,
      'scope-file': scopeFile,
      version: { value: 'VERSION', help: 'e.g. v5.1, v4, next; default: every version the timeline names' },
      'all-testcases': { type: 'boolean', help: 'judge all test cases, whatever the version includes' },
      at: { value: 'DATE', help: 'judge for that moment: date (its end, UTC) or RFC 3339; default: now' },
      mode: {
        value: 'MODE',
        choices: ['upstream', 'standard'],
        help: 'verdicts of the official tests (default) or of the text',
      },
      probes: {
        type: 'boolean',
        help: 'also run the active probes: creates and removes a server, volumes, a backup, a secret',
      },
      output: {
        value: 'FORMAT',
        choices: ['table', 'json', 'yaml', 'junit', 'sarif', 'upstream'],
        help: 'table (default), json, yaml, junit, sarif or upstream (report YAML)',
      },
      timeout,
    },
    details: 'Exit code: 0 PASS, 1 FAIL, 2 not determined (MISS or ABORT).',
    run: async (values) => (await import('./certify.ts')).certify(values),
  }),
  command({
    name: 'snapshot',
    summary: 'store what a cloud looks like, to be judged later or elsewhere',
    operands: [],
    options: {
      'os-cloud': cloud,
      out: { value: 'FILE', short: 'o', help: 'where to write it; - or nothing: standard output' },
      probes: { type: 'boolean', help: 'also run the active probes and store their evidence' },
      timeout,
    },
    run: async (values) => (await import('./snapshot.ts')).snapshot(values),
  }),
  command({
    name: 'probes cleanup',
    summary: 'remove what killed probe runs left in the project',
    operands: [],
    options: { 'os-cloud': cloud, timeout },
    run: async (values) => (await import('./probes.ts')).cleanup(values),
  }),
  command({
    name: 'flavor parse',
    summary: 'say what flavor names mean and whether they are valid',
    operands: ['NAME…'],
    options: {
      strategy: {
        value: 'STRATEGY',
        choices: ['certification', 'v1', 'v1/v2', 'v2/v1', 'v2', 'v3', 'latest'],
        help: 'which syntaxes are accepted (default: certification)',
      },
      output: format,
    },
    details: 'NAME - reads names from standard input, one a line. Exit code: 1 if a name is invalid, else 0.',
    run: async (values, names) => (await import('./flavor.ts')).parse(values, names),
  }),
  command({
    name: 'flavor name',
    summary: 'name a flavor, or say which names the flavors of a cloud may carry',
    operands: [],
    options: {
      vcpus: { value: 'N', help: 'number of virtual CPUs' },
      ram: { value: 'GIB', help: 'RAM in GiB, a multiple of 0.5' },
      'cpu-type': {
        value: 'TYPE',
        choices: ['crowded-core', 'shared-core', 'dedicated-thread', 'dedicated-core'],
        help: 'crowded-core, shared-core (default), dedicated-thread or dedicated-core',
      },
      disk: { value: 'GB', help: 'size of the root disk' },
      disks: { value: 'N', help: 'number of such disks (default 1)' },
      'disk-type': {
        value: 'TYPE',
        choices: ['network', 'hdd', 'ssd', 'nvme'],
        help: 'network, hdd, ssd or nvme',
      },
      'insecure-cpu': { type: 'boolean', help: 'mitigations of CPU defects are missing' },
      'no-ecc': { type: 'boolean', help: 'RAM without error correction' },
      'oversubscribed-ram': { type: 'boolean', help: 'more RAM is promised than there is' },
      hypervisor: {
        value: 'NAME',
        choices: ['kvm', 'xen', 'vmw', 'hyv', 'bms', 'chy'],
        help: 'kvm, xen, vmw, hyv, bms or chy',
      },
      'nested-virtualization': { type: 'boolean', help: 'servers may run virtual machines' },
      'cpu-brand': { value: 'BRAND', help: 'vendor, generation and frequency as in a name, e.g. z3h' },
      gpu: { value: 'GPU', help: 'as in a name, e.g. GNa-64' },
      infiniband: { type: 'boolean', help: 'with InfiniBand' },
      snapshot: {
        value: 'FILE',
        help: 'the names that the flavors of a stored snapshot may truthfully carry',
      },
      output: format,
    },
    run: async (values) => (await import('./flavor-name.ts')).name(values),
  }),
  command({
    name: 'scope list',
    summary: 'list scopes and versions with their validity',
    operands: [],
    options: { at, 'scope-file': scopeFile, output: format },
    run: async (values) => (await import('./scope.ts')).listScopes(values),
  }),
  command({
    name: 'scope show',
    summary: 'show standards and test cases of a scope or version',
    operands: ['SCOPE', '[VERSION]'],
    options: { at, 'scope-file': scopeFile, output: format },
    run: async (values, operands) => (await import('./scope.ts')).showScope(values, operands),
  }),
  command({
    name: 'scope diff',
    summary: 'show what differs between two versions',
    operands: ['V1', 'V2'],
    options: { scope, 'scope-file': scopeFile, output: format },
    run: async (values, operands) => (await import('./scope.ts')).diffScope(values, operands),
  }),
  command({
    name: 'validity',
    summary: 'say which versions are in force on a day',
    operands: [],
    options: {
      at,
      scope: { ...scope, help: 'iaas or kaas (default: both)' },
      'scope-file': scopeFile,
      output: format,
    },
    run: async (values) => (await import('./scope.ts')).validity(values),
  }),
  command({
    name: 'docs search',
    summary: 'find the sections of documentation that answer a question',
    operands: ['QUERY'],
    options: {
      source,
      index,
      server,
      'as-of': asOf,
      component: { value: 'NAME', help: 'only pages of that source: the name of its directory or archive' },
      lexicon,
      explain: { type: 'boolean', help: 'say of each hit why it stands where it stands' },
      output: format,
    },
    run: async (values, operands) => (await import('./docs-search.ts')).searchDocs(values, operands),
  }),
  command({
    name: 'docs resolve',
    summary: 'lead from the errors in a log to their test cases, standards and remedies',
    operands: ['[FILE|-]'],
    options: { source, 'as-of': asOf, lexicon, output: format },
    details: 'Nothing or - reads standard input; of a long log its last 100,000 characters count.',
    run: async (values, operands) => (await import('./docs-resolve.ts')).resolveDocs(values, operands),
  }),
  command({
    name: 'docs index',
    summary: 'count what documentation holds, and keep its index',
    operands: [],
    options: {
      source,
      file: { value: 'FILE', help: 'keep the index there, for `scs docs search --index FILE`' },
      output: format,
    },
    run: async (values) => (await import('./docs-index.ts')).indexDocs(values),
  }),
  command({
    name: 'docs eval',
    summary: 'measure the search with queries whose answers are known',
    operands: [],
    options: {
      judgments: { value: 'FILE', help: 'queries with the places that answer them (JSON)' },
      source,
      index,
      'as-of': asOf,
      lexicon,
      output: format,
    },
    run: async (values) => (await import('./docs-eval.ts')).evalDocs(values),
  }),
  command({
    name: 'stack parse',
    summary: 'say what names of cluster stack releases and ClusterClasses mean',
    operands: ['NAME…'],
    options: { output: format },
    details: 'NAME - reads names from standard input, one a line. Exit code: 1 if a name is invalid, else 0.',
    run: async (values, names) => (await import('./stack-parse.ts')).parse(values, names),
  }),
  command({
    name: 'stack hash',
    summary: "print the hashes of a stack's sources, as csctl computes them",
    operands: ['DIR'],
    options: { output: format },
    run: async (values, operands) => (await import('./stack-hash.ts')).hash(values, operands),
  }),
  command({
    name: 'stack create',
    summary: "pack a stack's sources as a release",
    operands: ['DIR'],
    options: {
      mode: {
        value: 'MODE',
        choices: ['stable', 'hash', 'custom'],
        short: 'm',
        help: 'stable (default): count on from the newest release; hash: by content; custom: versions as given',
      },
      out: {
        value: 'DIR',
        short: 'o',
        help: 'where the folder of the release is written (default ./.release)',
      },
      remote: {
        value: 'PLACE',
        help: 'with stable: where the releases are, as with --source of other commands, or just oci or github',
      },
      'cluster-stack-version': { value: 'VERSION', help: 'with custom: e.g. v0-git.1a2b3c4' },
      'cluster-addon-version': { value: 'VERSION', help: 'with custom: of the add-ons' },
      'node-image-version': { value: 'VERSION', help: 'with custom: of the node images' },
      output: format,
    },
    details: 'Exit code: 1 if nothing changed since the newest release.',
    run: async (values, operands) => (await import('./stack-create.ts')).create(values, operands),
  }),
  command({
    name: 'stack lint',
    summary: "find what is wrong with a stack's sources or with a release",
    operands: ['DIR|RELEASE'],
    options: {
      source: releases,
      strict: { type: 'boolean', help: 'fail for warnings too' },
      output: format,
    },
    details: 'Exit code: 1 if there are errors.',
    run: async (values, operands) => (await import('./stack-lint.ts')).lint(values, operands),
  }),
  command({
    name: 'stack render',
    summary: 'print the objects of a release, as Helm renders them',
    operands: ['RELEASE'],
    options: {
      chart: {
        value: 'NAME',
        help: 'class (default), the stage of an add-on, or cluster-addon where there is one',
      },
      values: { value: 'FILE', help: 'Helm values for the add-on, instead of its own' },
      cluster: {
        value: 'FILE',
        help: 'Cluster, control plane and infrastructure to template values from; default: an example',
      },
      namespace: { value: 'NAME', help: 'of the release, for the class (default: default)' },
      source: releases,
      output: manifests,
    },
    run: async (values, operands) => (await import('./stack-render.ts')).render(values, operands),
  }),
  command({
    name: 'stack diff',
    summary: 'show what changes from one release to another, and which machines are replaced',
    operands: ['RELEASE', 'RELEASE'],
    options: { source: releases, output: format },
    run: async (values, operands) => (await import('./stack-diff.ts')).diff(values, operands),
  }),
  command({
    name: 'stack publish',
    summary: 'put a release into an OCI registry',
    operands: ['RELEASE'],
    options: {
      to: { value: 'REGISTRY/REPOSITORY', help: 'where to' },
      'sign-key': { value: 'FILE', help: 'sign it with this ECDSA P-256 key (PEM), as cosign does' },
      source: releases,
      output: format,
    },
    run: async (values, operands) => (await import('./stack-publish.ts')).publish(values, operands),
  }),
  command({
    name: 'stack verify',
    summary: 'check that a release is whole, the one meant, and signed',
    operands: ['RELEASE'],
    options: {
      key: { value: 'FILE', help: 'public key (PEM) of whoever must have signed it' },
      digest: { value: 'sha256:…', help: 'the digest that it must have' },
      source: releases,
      output: format,
    },
    details: 'Exit code: 1 if it is another release, or not signed with the key.',
    run: async (values, operands) => (await import('./stack-publish.ts')).verify(values, operands),
  }),
  command({
    name: 'crds',
    summary: 'print the custom resource definitions of cluster stacks, for kubectl apply',
    operands: [],
    options: {},
    run: async () => (await import('./crds.ts')).printDefinitions(),
  }),
  command({
    name: 'admission review',
    summary: 'answer an AdmissionReview as the webhooks would, without a cluster',
    operands: [],
    options: {
      file: {
        value: 'FILE',
        short: 'f',
        multiple: true,
        help: 'the AdmissionReview (YAML or JSON); more files with objects that are in the cluster',
      },
      output: { ...manifests, help: 'json (default) or yaml' },
    },
    details: 'Exit code: 1 if the answer is no.',
    run: async (values) => (await import('./admission.ts')).review(values),
  }),
  command({
    name: 'cluster list',
    summary: 'list clusters with what they wait for',
    operands: [],
    options: { ...clusterOptions, output: format },
    run: async (values) => (await import('./cluster.ts')).list(values),
  }),
  command({
    name: 'cluster get',
    summary: 'show a cluster, what it waits for and what helps',
    operands: ['CLUSTER'],
    options: { ...clusterOptions, output: format },
    run: async (values, operands) => (await import('./cluster.ts')).get(values, operands),
  }),
  command({
    name: 'cluster stacks',
    summary: 'list the releases that clusters can be made of, or show one with its variables',
    operands: ['[RELEASE]'],
    options: { ...clusterOptions, output: format },
    run: async (values, operands) => (await import('./cluster-stacks.ts')).stacks(values, operands),
  }),
  command({
    name: 'cluster create',
    summary: 'create a cluster of a release',
    operands: ['CLUSTER'],
    options: {
      release: { value: 'RELEASE', help: 'what it is made of, e.g. openstack-scs2-1-34-v2' },
      'control-plane': { value: 'REPLICAS', help: 'machines of the control plane: 1 (default), 3 or 5' },
      pool: {
        value: 'ID=CLASS:REPLICAS',
        multiple: true,
        help: 'a pool of nodes, e.g. workers=default-worker:3; may be given again',
      },
      variable: {
        value: 'NAME=VALUE',
        multiple: true,
        help: 'of the release; JSON or a text; may be given again',
      },
      variables: { value: 'FILE', help: 'variables in a YAML or JSON file; --variable goes before' },
      label: { value: 'NAME=VALUE', multiple: true, help: 'e.g. managed-secret=cloud-config' },
      'dry-run': dryRun,
      ...wait,
      ...clusterOptions,
      output: format,
    },
    details: 'Exit code: 1 if it is not ready in time.',
    run: async (values, operands) => (await import('./cluster.ts')).create(values, operands),
  }),
  command({
    name: 'cluster scale',
    summary: 'change the number of nodes, or of machines of the control plane',
    operands: ['CLUSTER'],
    options: {
      pool: { value: 'ID=REPLICAS', multiple: true, help: 'nodes of a pool; may be given again' },
      'control-plane': { value: 'REPLICAS', help: 'machines of the control plane' },
      ...wait,
      ...clusterOptions,
      output: format,
    },
    details: 'Exit code: 1 if it is not ready in time.',
    run: async (values, operands) => (await import('./cluster.ts')).scale(values, operands),
  }),
  command({
    name: 'cluster upgrade',
    summary: 'move a cluster to a newer release of its stack',
    operands: ['CLUSTER'],
    options: {
      release: { value: 'RELEASE', help: 'where to; default: the nearest that is ready' },
      'dry-run': dryRun,
      ...wait,
      ...clusterOptions,
      output: format,
    },
    details: 'Exit code: 1 if it is not ready in time.',
    run: async (values, operands) => (await import('./cluster.ts')).upgrade(values, operands),
  }),
  command({
    name: 'cluster delete',
    summary: 'delete a cluster with its machines',
    operands: ['CLUSTER'],
    options: { ...wait, ...clusterOptions, output: format },
    details: 'Exit code: 1 if it is not gone in time.',
    run: async (values, operands) => (await import('./cluster.ts')).remove(values, operands),
  }),
  command({
    name: 'cluster kubeconfig',
    summary: 'print a kubeconfig that ends by itself',
    operands: ['CLUSTER'],
    options: {
      access: {
        value: 'ACCESS',
        choices: ['view', 'admin'],
        help: 'view (default): look at everything but secrets; admin: everything',
      },
      ttl: { value: 'TIME', help: 'how long it is valid, 10m to 24h (default 1h)' },
      out: { value: 'FILE', short: 'o', help: 'where to write it; - or nothing: standard output' },
      ...clusterOptions,
    },
    run: async (values, operands) => (await import('./cluster.ts')).kubeconfig(values, operands),
  }),
  command({
    name: 'cluster watch',
    summary: 'follow a cluster until it is gone: a line for each change',
    operands: ['CLUSTER'],
    options: { ...clusterOptions, output: format },
    details: 'With --output json: one cluster a line.',
    run: async (values, operands) => (await import('./cluster.ts')).watch(values, operands),
  }),
  command({
    name: 'help',
    summary: 'show the commands, or the options of one',
    operands: ['[COMMAND…]'],
    options: {},
    run: async (_, words) => (await import('./help.ts')).help(words, commands),
  }),
  command({
    name: 'version',
    summary: 'print the version of scs',
    operands: [],
    options: {},
    run: async () => ({ text: `scs ${packageJson.version}\n`, exitCode: 0 }),
  }),
  command({
    name: 'completion',
    summary: 'print a completion script for bash or zsh',
    operands: ['bash|zsh'],
    options: {},
    run: async (_, [shell = '']) => (await import('./completion.ts')).completion(shell, commands),
  }),
];
