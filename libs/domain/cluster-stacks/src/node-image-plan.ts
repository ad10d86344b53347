import { findCondition, isFalse, isTrue, type Condition, type ConditionState } from './condition.ts';
import { tooManyImages, type ImageFacts } from './node-image.ts';
import type { NodeImage } from './resources.ts';

/** Types of the conditions of an OpenStackNodeImageRelease. */
export const nodeImageConditions = {
  cloud: 'CloudAvailable',
  client: 'OpenStackImageServiceClientAvailable',
  started: 'OpenStackImageImportStarted',
  active: 'OpenStackImageActive',
  /** Ours; only where the release names a checksum. Unknown: there was nothing to compare, which holds nobody up. */
  verified: 'OpenStackImageVerified',
} as const;
const types = nodeImageConditions;

/** What was found out about a node image, as far as one came. */
export type NodeImageFound =
  /** The spec names what cannot be used. */
  | { state: 'no-identity'; message: string }
  | { state: 'no-secret'; message: string }
  /** The secret is there, and no good. */
  | { state: 'no-cloud'; message: string }
  /** Keystone or Glance cannot be used. `passing`: nothing is known to be wrong with the settings. */
  | { state: 'no-client'; message: string; passing: boolean }
  | { state: 'list-failed'; message: string }
  | {
      state: 'listed';
      images: readonly ImageFacts[];
      /** What this very pass has done. */
      done?: 'create' | 'import';
      failed?: { step: 'create' | 'import'; message: string };
    };

export interface NodeImageFacts {
  image: NodeImage;
  /** `<namespace>/<name>` */
  owner: string;
  ready: boolean;
  /** As they are now. */
  conditions: readonly Condition[];
  /** `sha512:…` or `sha256:…`; or why it could not be had. */
  checksum?: { expected: string } | { unavailable: string };
  /** How long an import may take. Milliseconds; 0: for ever. */
  importTimeoutMs: number;
  found: NodeImageFound;
}

export interface NodeImagePlan {
  /** To be done now; then plan again with what came of it. */
  step?: { do: 'create' } | { do: 'import'; imageId: string };
  ready: boolean;
  conditions: ConditionState[];
  /** Types of conditions to take away. */
  remove: string[];
  /** When to look again, whatever happens. Milliseconds. */
  againMs: number;
}

const second = 1000;
const minute = 60 * second;
/** Of states that pass by themselves; upstream's pause. */
const pollMs = 30 * second;
/** Of states that somebody has to mend. */
const slowMs = 5 * minute;
/** An active image is looked at this often. */
const activeMs = 10 * minute;
/** An image that is queued this long without an import is imported again. */
const queuedMs = 5 * minute;

/** What is to be done for a node image next, and what its status says; reference of states: `Absent → … → Active`. */
export function planNodeImage(facts: NodeImageFacts, now: Date): NodeImagePlan {
  const { found } = facts;
  switch (found.state) {
    case 'no-identity':
      return stopped('cloud', 'IdentityKindNotSupported', found.message, slowMs);
    case 'no-secret':
      return stopped('cloud', 'SecretNotFound', found.message, minute);
    case 'no-cloud':
      return stopped('cloud', 'CloudNotSet', found.message, minute);
    case 'no-client': {
      const { message, passing } = found;
      const reason = 'OpenStackImageServiceClientNotSet';
      const againMs = growing(facts, types.client, reason, now, passing ? 15 * second : minute);
      const plan = stopped('client', reason, message, againMs);
      // Nobody knows the image to be gone.
      return { ...plan, ready: passing && facts.ready };
    }
    case 'list-failed':
      return { ...plan(issue(found.message), growing(facts, types.active, issueReason, now)), remove: [] };
    case 'listed':
      return planListed(facts, found, now);
  }
}

function stopped(at: 'cloud' | 'client', reason: string, message: string, againMs: number): NodeImagePlan {
  const before = at === 'client' ? [isTrue(types.cloud)] : [];
  return {
    ready: false,
    conditions: [...before, isFalse(types[at], reason, 'Error', message)],
    remove: [],
    againMs,
  };
}

type Listed = Extract<NodeImageFound, { state: 'listed' }>;

function planListed(facts: NodeImageFacts, { images, done, failed }: Listed, now: Date): NodeImagePlan {
  const { createOpts, url } = facts.image;
  const [image, another] = images;
  if (another) return plan(issue(tooManyImages(createOpts)), slowMs);
  if (failed) {
    const message = `failed to ${failed.step} image ${createOpts.name}: ${failed.message}`;
    const states = [notStarted(nothingRuns), ...issue(message)];
    return plan(states, growing(facts, types.active, issueReason, now));
  }
  if (!image) {
    const missing = isFalse(
      types.active,
      'OpenStackImageNotCreateYet',
      'Info',
      `image ${createOpts.name} is not there yet`,
    );
    const states = [notStarted('the image is to be created first'), missing];
    return plan(states, pollMs, { do: 'create' });
  }
  switch (image.status) {
    case 'active':
      return planActive(facts, image);
    case 'queued':
      if (!image.importing && done !== 'import') return planQueued(facts, image, done === 'create', now);
      return planImporting(facts, `Glance fetches ${createOpts.name} from ${url}`, now);
    case 'saving':
    case 'uploading':
    case 'importing':
      return planImporting(facts, `Glance is ${image.status} ${createOpts.name}`, now);
    case 'deleted':
    case 'pending_delete':
      return plan(notImported(`image ${createOpts.name} is being deleted`), pollMs);
    case 'deactivated':
      return plan(
        issue(
          `image ${createOpts.name} is deactivated; an administrator activates it: openstack image set --activate ${image.id}`,
        ),
        slowMs,
      );
    case 'killed':
      return plan(
        issue(
          `Glance could not store image ${createOpts.name}; it is imported anew after: openstack image delete ${image.id}`,
        ),
        slowMs,
      );
    default:
      return plan(issue(`image ${createOpts.name} has the unknown status ${image.status}`), slowMs);
  }
}

function plan(states: ConditionState[], againMs: number, step?: NodeImagePlan['step']): NodeImagePlan {
  return {
    ...(step && { step }),
    ready: false,
    conditions: [isTrue(types.cloud), isTrue(types.client), ...states],
    // What is set is not removed; of another image nothing is known.
    remove: [types.verified],
    againMs,
  };
}

const issueReason = 'IssueWithOpenStackImage';
const issue = (message: string): ConditionState[] => [isFalse(types.active, issueReason, 'Error', message)];
const notImported = (message: string): ConditionState[] => [
  isFalse(types.active, 'OpenStackImageNotImportedYet', 'Info', message),
];
/** One text for all cases: another one would begin the pause anew. */
const nothingRuns = 'no import is running';
const notStarted = (message: string): ConditionState =>
  isFalse(types.started, 'OpenStackImageImportNotStartReason', 'Info', message);

/**
 * Nobody imports the image: create and import are two requests, and an import can fail or get lost. An image that was just created is imported at once, others
 * after a pause; when it began is told by the condition, so nothing else has to be remembered.
 */
function planQueued(facts: NodeImageFacts, image: ImageFacts, isNew: boolean, now: Date): NodeImagePlan {
  const { name } = facts.image.createOpts;
  const started = findCondition(facts.conditions, types.started);
  const neverTried = image.owner === facts.owner && !started && !image.failedImport;
  const since = Math.max(
    image.updatedAt.getTime(),
    // A condition that says otherwise is about to change, and the pause begins.
    started ? (started.status === 'False' ? Date.parse(started.lastTransitionTime) : now.getTime()) : 0,
  );
  const waitMs = since + queuedMs - now.getTime();
  const says = image.failedImport
    ? issue(
        `Glance could not import image ${name} from ${facts.image.url}: ${image.failedImport}; check the address and that Glance may reach it, it is tried again every 5 minutes`,
      )
    : // What is wrong was said by the import that failed.
      findCondition(facts.conditions, types.active)?.reason === issueReason
      ? []
      : notImported(`image ${name} is queued and nobody imports it; that is tried again after 5 minutes`);
  const states = [notStarted(nothingRuns), ...says];
  if (isNew || neverTried || waitMs <= 0) return plan(states, pollMs, { do: 'import', imageId: image.id });
  return plan(states, Math.min(waitMs, queuedMs));
}

function planImporting(facts: NodeImageFacts, message: string, now: Date): NodeImagePlan {
  const { importTimeoutMs, conditions } = facts;
  const started = findCondition(conditions, types.started);
  const since = started?.status === 'True' ? Date.parse(started.lastTransitionTime) : now.getTime();
  if (importTimeoutMs === 0 || now.getTime() - since < importTimeoutMs)
    return plan([isTrue(types.started), ...notImported(message)], pollMs);
  const late = `${message}, for more than ${importTimeoutMs / minute} minutes; look into Glance, or allow more time`;
  return plan(
    [isTrue(types.started), isFalse(types.active, 'OpenStackImageImportTimeOutReason', 'Error', late)],
    slowMs,
  );
}

function planActive(facts: NodeImageFacts, image: ImageFacts): NodeImagePlan {
  const verified = verify(facts, image);
  const states = [isTrue(types.started), isTrue(types.active), ...(verified ? [verified] : [])];
  return { ...plan(states, activeMs), ready: verified?.status !== 'False' };
}

/** Glance hashes what it stored; that is the file itself unless it converted it. */
function verify({ checksum, conditions, image: wanted }: NodeImageFacts, image: ImageFacts) {
  if (!checksum) return undefined;
  const { name, disk_format: format } = wanted.createOpts;
  if ('unavailable' in checksum) {
    // What was compared once holds: neither the file nor its image changes.
    if (findCondition(conditions, types.verified)?.status === 'True') return isTrue(types.verified);
    return isFalse(types.verified, 'ChecksumUnavailable', 'Warning', checksum.unavailable);
  }
  const [algorithm, expected] = checksum.expected.split(':');
  const nothing = (why: string): ConditionState => ({
    type: types.verified,
    status: 'Unknown',
    reason: 'NothingToCompare',
    message: `image ${name} was not compared with ${algorithm} of the release: ${why}`,
  });
  const { hash, diskFormat } = image;
  if (!hash) return nothing('Glance keeps no hash of it');
  if (format && diskFormat && format !== diskFormat)
    return nothing(`Glance converted it from ${format} to ${diskFormat}`);
  if (hash.algorithm !== algorithm) return nothing(`Glance has ${hash.algorithm} of it`);
  if (hash.value.toLowerCase() === expected?.toLowerCase()) return isTrue(types.verified);
  return isFalse(
    types.verified,
    'ChecksumMismatch',
    'Error',
    `image ${name} is not what the release says: ${algorithm} is ${hash.value}, expected ${expected}; delete image ${image.id}, and check ${wanted.url}`,
  );
}

/** A pause as long as the trouble has lasted: it doubles, without anybody having to count. */
function growing(
  { conditions }: NodeImageFacts,
  type: string,
  reason: string,
  now: Date,
  least = 30 * second,
): number {
  const condition = findCondition(conditions, type);
  const since = condition?.reason === reason ? Date.parse(condition.lastTransitionTime) : now.getTime();
  return Math.min(Math.max(now.getTime() - since, least), slowMs);
}
