import { imageProperties } from './check-image-metadata.ts';
import { servicePresences } from './check-services.ts';
import { standardFlavors } from './check-standard-flavors.ts';
import { imageName, imagePresences, imageSources } from './check-standard-images.ts';
import { volumeAspects } from './check-volume-types.ts';
import type { Testcase } from './scope.ts';
import { scopes } from './scopes.ts';

/** A test case and what is printed when it is not met. */
export type DocumentedTestcase = Pick<Testcase, 'id' | 'description' | 'url'> & {
  /** `{}` stands for a value. */
  messages: readonly string[];
};

/** Every test case of the built-in scopes, for those who look for help with an error. Each id once. */
export function documentedTestcases(): DocumentedTestcase[] {
  const all = [...scopes.iaas.testcases, ...scopes.kaas.testcases];
  const byId = new Map(all.map((testcase) => [testcase.id, testcase]));
  return [...byId.values()].map(({ id, description, url }) => ({
    id,
    description,
    url,
    messages: testcaseMessages.get(id) ?? [],
  }));
}

const conformanceMessages = [
  'The test “{}” failed.',
  'The test “{}” failed, which is accepted: {}.',
  'The Sonobuoy run executed no test, so it proves nothing.',
  'sonobuoy reports {} passed, {} failed{}',
];

/**
 * What is printed when a test case is not met: by our checks (their findings' messages; a test holds this table to them), and by
 * upstream's tests, present and former. `{}` stands for a value.
 */
export const testcaseMessages: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  [
    'scs-0100-syntax-check',
    [
      'Flavor name {} has the spelling of v1, which is merely tolerated; the present one is {}.',
      'Flavor name {} breaks the grammar: {}.',
      'error parsing {}: {}',
      'scs-100-syntax-check: flavor(s) failed: {}',
    ],
  ],
  [
    'scs-0100-semantics-check',
    [
      ...['vCPUs', 'GiB of RAM', 'GB of disk'].map(
        (unit) => `Flavor {} has {} ${unit}, its name promises {}.`,
      ),
      'Flavor {} has CPUs of type {}, its name promises {}.',
      ...['CPU', 'RAM', 'Disk'].flatMap((size) =>
        ['over', 'under'].flatMap((way) => [
          `${size} ${way}promise for {}: {}`,
          `Flavor {} ${size} ${way}promise{}`,
        ]),
      ),
      'Discouraged uneven size of memory for {}: {} GiB',
      'Non-standard disk size for {}: {} not in {}',
      'scs-100-semantics-check: flavor(s) failed: {}',
    ],
  ],
  [
    'scs-0101-entropy-avail',
    [
      'A test server of image {} has {} bits of entropy available.',
      "VM '{}' didn't have a fixed amount of entropy available. Expected {}, got {}.",
    ],
  ],
  [
    'scs-0101-fips-test',
    [
      'Random numbers of a test server of image {} failed {} of {} FIPS 140-2 tests.',
      "VM '{}' didn't pass the FIPS 140-2 testing. Expected a maximum of {} failures, got {}.",
      "VM '{}' didn't pass the strict FIPS 140-2 testing. Expected a maximum of {} failures, got {}.",
      "VM '{}': failed to determine fips failures",
    ],
  ],
  ['scs-0101-rngd', ["VM '{}' doesn't provide the recommended service rngd"]],
  ['scs-0101-image-property', ["Image '{}' missing recommended attributes: {}"]],
  ['scs-0101-flavor-property', ["Flavor '{}' missing recommended attributes: {}"]],
  ...imageProperties.map((name): [string, string[]] => [`scs-0102-prop-${name}`, propertyMessages(name)]),
  [
    'scs-0102-image-recency',
    [
      'Image {} is outdated, and its provided_until is missing.',
      'Image {} is outdated, and its provided_until is no date.',
      'Image {} is outdated (built {}, to be {}) and has no current replacement.',
      'Image {} is outdated and replaced by {}, but neither hidden nor marked by its name.',
      'Image "{}" does not provide a valid provided until date',
      'Image "{}" seems outdated (acc. to its repl freq) but is not hidden or otherwise marked',
      'Image "{}" outdated without replacement',
    ],
  ],
  [
    'scs-0102-os_purpose-uniqueness',
    [
      'Image {} is generic for {}, and so is the newer image {}.',
      'os_purpose=generic not unique {} for image(s): {}',
    ],
  ],
  ...[...standardFlavors].map(([id, name]): [string, string[]] => [
    id,
    [
      `There is no flavor ${name}.`,
      `Flavor {} has {} {}, the standard flavor ${name} has {}.`,
      `standard flavor missing: ${name}`,
      `Flavor '${name}' violating constraints: {}`,
    ],
  ]),
  ...imageSources.map((key): [string, string[]] => [
    `scs-0104-source-${key}`,
    [
      `Image ${imagePattern(key)} has a standard name, but comes from {}.`,
      `Image '${imagePattern(key)}' source mismatch: {} matches none of these prefixes: {}`,
    ],
  ]),
  ...imagePresences.map((key): [string, string[]] => [
    `scs-0104-image-${key}`,
    [
      `There is no image ${imageName(key)}.`,
      `Missing image '${key.startsWith('capi-') ? `ubuntu-capi-image-${key.at(-1)}` : imageName(key)}'`,
    ],
  ]),
  [
    'scs-0114-syntax-check',
    [
      'Volume type {} has a malformed list of aspects; it should be sorted, without repetition, of {}.',
      '{}: feature list not sorted',
      '{}: duplicate features: {}',
      '{}: unrecognized features: {}',
    ],
  ],
  ...volumeAspects.map((aspect): [string, string[]] => [
    `scs-0114-${aspect}-type`,
    [`No volume type says that it is ${aspect}.`, `no volume type having aspect ${aspect}`],
  ]),
  [
    'scs-0115-default-rules',
    [
      'Default rule {} lets {} traffic in.',
      '{} traffic of {} may leave through a rule for {}, which upstream’s test does not count.',
      'No default rule lets {} traffic of {} out.',
      'A new security group lets {} traffic in.',
      'A new security group lets no {} traffic out.',
      'Expected no default ingress rules, found {}.',
      'Expected rules for egress for IPv4 and IPv6 both for default and custom security groups. Missing rule types: {}',
      'No default security group rules defined.',
    ],
  ],
  ['scs-0116-presence', ['The catalogue has no key manager.', 'key-manager service not found']],
  [
    'scs-0116-permissions',
    [
      'A member of the project may not {} secrets.',
      'A secret that a member created is not in the list.',
      'Cannot test key-manager permissions. User has wrong roles',
      "Secret '{}' was not discoverable by the user",
      'Unsuccessful at using Key Manager API',
    ],
  ],
  [
    'scs-0117-test-backup',
    [
      'Backing up and restoring a volume failed at “{}”: {}',
      'Backup test failed.',
      'Backup creation failed',
      'Retrieving backup by ID failed',
      "Creation of initial volume '{}' failed",
    ],
  ],
  ...Object.entries(servicePresences).map(([id, { types }]): [string, string[]] => [
    id,
    [
      `The catalogue has no service of type ${types.join(', ')}.`,
      `No service of type(s) ${types.join(', ')} found.`,
    ],
  ]),
  [
    'scs-0123-swift-s3',
    [
      'The catalogue has neither an object store nor an S3 service.',
      'The object store at {} does not refuse a wrong S3 key as S3 does.',
      'S3 buckets and Swift containers differ:',
      'failed to create S3 bucket',
    ],
  ],
  [
    'version-policy-check',
    [
      'Kubernetes {} is supported until {}, so no longer.',
      'Kubernetes {} is not among the known branches.',
      '{} was published {} days ago, and the running version has a severe CVE (limit {} days).',
      '{} was published {} days ago (limit {} days).',
      'The facts about Kubernetes (of {}) know only {} supported branches; refresh them.',
      "The K8s cluster version {} of cluster '{}' is already EOL.",
      "The K8s cluster version {} of cluster '{}' is an outdated version with a possible CRITICAL CVE.",
      "The K8s cluster version {} of cluster '{}' is outdated according to the standard.",
      'Consider updating from {} to {} to avoid a CVE',
    ],
  ],
  [
    'node-distribution-check',
    [
      'The cluster has {} node; two are the least that can be spread.',
      'Node {} lacks the label {}.',
      'The nodes of the {} are all in one place.',
      "The tested cluster only contains a single node, which can't comply with the standard.",
      "The label for {} doesn't seem to be set for all {} nodes.",
      "There seems to be no distribution across multiple {} or labels aren't set correctly across nodes.",
      'No node distribution could be detected for the worker nodes.',
    ],
  ],
  ['cncf-k8s-conformance', [...conformanceMessages, 'FAILED: {}[Conformance]{}']],
  [
    'kaas-networking-check',
    [
      ...conformanceMessages,
      // Both run one suite; these tests are asked for by this one.
      'The test “{}NetworkPolicy{}” failed.',
      'FAILED: {}NetworkPolicy{}',
    ],
  ],
]);

/** Of an image in the messages about it; names with a version have many spellings. */
function imagePattern(key: string): string {
  return imageName(key).replace('X.Y.Z', '{}');
}

function propertyMessages(name: string): string[] {
  const property = name === 'hash_algo' ? 'os_hash_algo' : name;
  const wrong = [`Image {} lacks ${property}.`, `Image {} has ${property} {}.`];
  switch (name) {
    case 'min_disk':
      return [
        'Image {} asks for {} GiB of disk and is larger.',
        'Image {} does not say how much disk it needs.',
        'property min_disk not set for image(s): {}',
        'property min_disk smaller than size for image(s): {}',
      ];
    case 'min_ram':
      return [
        'Image {} asks for only {} MiB of RAM.',
        'Image {} does not say how much RAM it needs.',
        'property min_ram not set for image(s): {}',
        'property min_ram < 64 MiB for image(s): {}',
      ];
    case 'image_build_date':
      return [
        ...wrong,
        'Image {} says that it was built ({}) after it was registered.',
        'Image {} says that it was built in the future ({}).',
        'Image "{}": image_build_date "{}" INVALID',
        'Image "{}": image_build_date {} AFTER registration date {}',
        'Image "{}" has build time in the future: {}',
      ];
    case 'uuid_validity':
    case 'hotfix_hours':
      return [...wrong, `Image "{}": property ${name} INVALID: {}`];
    case 'image_source':
      return [...wrong, 'property image_source INVALID (url or "private") for image(s): {}'];
    default:
      return [
        ...wrong,
        ...['not set', 'not correct', 'not set or not correct', 'invalid'].map(
          (flaw) => `property ${name} ${flaw} for image(s): {}`,
        ),
      ];
  }
}
