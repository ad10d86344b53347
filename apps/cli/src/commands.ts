import { command, type Command } from './command.ts';

const format = { value: 'FORMAT', choices: ['table', 'json', 'yaml'], help: 'table on a terminal, else json' } as const;
const cloud = { value: 'NAME', help: 'cloud of clouds.yaml; default: $OS_CLOUD or the OS_* variables' } as const;
const timeout = { value: 'SECONDS', help: 'how long one request may take (default 30)' } as const;
const scope = { value: 'SCOPE', choices: ['iaas', 'kaas'], help: 'iaas (default) or kaas' } as const;
const scopeFile = { value: 'FILE', help: "a scope file of upstream's, any generation, instead of the built-in scope" } as const;

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
      sonobuoy: { value: 'FILE', multiple: true, help: 'result archive of a Sonobuoy run; may be given twice' },
      'kubernetes-data': { value: 'FILE', help: 'releases, end-of-life dates and CVEs of Kubernetes (JSON)' },
      scope,
      'scope-file': scopeFile,
      version: { value: 'VERSION', help: 'e.g. v5.1, v4, next; default: every version the timeline names' },
      'all-testcases': { type: 'boolean', help: 'judge all test cases, whatever the version includes' },
      at: { value: 'DATE', help: 'judge for that moment: date (its end, UTC) or RFC 3339; default: now' },
      mode: { value: 'MODE', choices: ['upstream', 'standard'], help: 'verdicts of the official tests (default) or of the text' },
      probes: { type: 'boolean', help: 'also run the active probes: creates and removes a server, volumes, a backup, a secret' },
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
];
