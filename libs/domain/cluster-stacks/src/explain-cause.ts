/** Why a machine or its network is not made, told from what the provider's controllers say. */
export interface Cause {
  /** One sentence without its full stop. */
  reason: string;
  remedy: string;
  /** True: nothing helps but a person. */
  stuck: boolean;
}

interface Known {
  pattern: RegExp;
  reason: (match: RegExpExecArray) => string;
  remedy: string;
  stuck: boolean;
}

const whichOf = (match: RegExpExecArray): string => match.groups?.['what']?.replaceAll(/['"[\]]/g, '') ?? '';

/** In the words of Nova, Neutron, Cinder, Octavia, Glance and of Cluster API's OpenStack provider; the first that fits counts. */
const known: readonly Known[] = [
  {
    pattern:
      /quota (?:exceeded|has been met) for (?:resources: )?(?<what>[^:,.{}\n]+)|(?<size>exceeds allowed \w+ quota|OverQuota|QuotaExceeded|quota exceeded)/i,
    reason: (match) =>
      `the quota of the OpenStack project is used up${whichOf(match) ? ` (${whichOf(match).trim()})` : ''}`,
    remedy: 'ask the operator for a larger quota, or free what is not needed; it goes on by itself then',
    stuck: true,
  },
  {
    pattern: /no valid host was found|not enough hosts available/i,
    reason: () => 'the cloud has no room for a machine of this flavor',
    remedy: 'choose another flavor, or ask the operator for capacity',
    stuck: true,
  },
  {
    pattern:
      /no images? (?:were|was) found with the given (?:image )?filter:?\s*(?<what>[^;\n]*)|image (?<id>\S+) (?:could not be found|not found|does not exist)/i,
    reason: (match) =>
      `the node image is missing${describe(whichOf(match) || match.groups?.['id'])}; the release’s variables name it`,
    remedy:
      'see whether the release has brought its image (OpenStackNodeImageRelease), or correct the variable that names the image',
    stuck: true,
  },
  {
    pattern: /image (?<what>\S+) is not active|image is (?:queued|saving|importing|deactivated)/i,
    reason: (match) => `the node image is not active${describe(whichOf(match))}`,
    remedy: 'wait for its import, or ask the operator to activate it again',
    stuck: false,
  },
  {
    pattern:
      /(?:unable to find|no|cannot find) a? ?flavor (?:with name |named )?(?<what>\S+)|flavor (?<id>\S+) (?:could not be found|not found)/i,
    reason: (match) => `there is no flavor ${whichOf(match) || match.groups?.['id'] || 'of this name'}`,
    remedy: 'set the variable of the flavor to one that the cloud has',
    stuck: true,
  },
  {
    pattern:
      /(?:no (?:external )?networks? (?:were|was) found|unable to find (?:the )?(?:external )?network|external network not found|network (?<what>\S+) (?:could not be found|not found)|found (?:multiple|\d+) external networks)/i,
    reason: (match) => `the network is missing or not the only one${describe(whichOf(match))}`,
    remedy: 'set the variable of the network to the id of one that the cloud has',
    stuck: true,
  },
  {
    pattern: /invalid key_name|keypair (?:\S+ )?(?:could not be found|not found)/i,
    reason: () => 'there is no SSH key of this name',
    remedy: 'set the variable of the key to one of the project, or leave it empty',
    stuck: true,
  },
  {
    pattern:
      /authentication failed|requires authentication|invalid (?:application )?credential|secrets? "(?<what>[^"]+)" not found/i,
    reason: (match) =>
      whichOf(match)
        ? `the secret ${whichOf(match)} with the credentials is missing`
        : 'the cloud refuses the credentials of the cluster',
    remedy: 'put valid credentials into the secret that identityRef names',
    stuck: true,
  },
  {
    pattern:
      /failed (?:to call|calling) (?:extension|webhook)[^:]*|no endpoints available for service|failed to (?:call|discover) extension/i,
    reason: () => 'a webhook or extension that Cluster API asks does not answer',
    remedy: 'ask the operator to look at the services of the management cluster; it goes on by itself then',
    stuck: true,
  },
];

const describe = (what: string | undefined): string => (what ? ` (${what.trim()})` : '');

/** Undefined where the message is none that is known. */
export function causeOf(message: string): Cause | undefined {
  for (const { pattern, reason, remedy, stuck } of known) {
    const match = pattern.exec(message);
    if (match) return { reason: reason(match), remedy, stuck };
  }
  return undefined;
}
