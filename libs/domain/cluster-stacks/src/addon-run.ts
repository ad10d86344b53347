import { ownGroup, type ClusterAddon } from './resources.ts';
import type { AddonRunKind } from './addon-stage.ts';

/**
 * How far the add-ons of one ClusterClass have come in one cluster. Kept in an annotation of the ClusterAddon, beside upstream's fields, which
 * cannot tell finished work from work that was never begun.
 */
export interface AddonRun {
  className: string;
  kind: AddonRunKind;
  /** Of the add-on component, in dash form, and of Kubernetes, as the release's metadata has them. */
  version: string;
  kubernetesVersion: string;
  /** Hook whose stages are at work. */
  hook?: string;
  /** Hooks that nothing is to be done for any more. */
  through: readonly string[];
  /** Stage at work, and since when: its deadline counts from there. RFC 3339. */
  stage?: { index: number; name: string; since: string };
}

export const addonRunAnnotation = `${ownGroup}/addon-run`;
/** Upstream's: `created` or `upgraded`. */
export const addonStageAnnotation = 'ClusterAddonStage';

/** Undefined where there is none, or none that can be read: then what upstream's fields say counts. */
export function readAddonRun(addon: ClusterAddon): AddonRun | undefined {
  const value = parseJson(addon.metadata.annotations?.[addonRunAnnotation]);
  if (!isRecord(value)) return undefined;
  const { className, kind, version, kubernetesVersion, hook, through, stage } = value;
  if (typeof className !== 'string' || (kind !== 'created' && kind !== 'upgraded')) return undefined;
  if (!Array.isArray(through)) return undefined;
  return {
    className,
    kind,
    version: text(version),
    kubernetesVersion: text(kubernetesVersion),
    ...(typeof hook === 'string' && { hook }),
    through: through.filter((entry) => typeof entry === 'string'),
    ...(isRecord(stage) && {
      stage: { index: Number(stage['index']), name: text(stage['name']), since: text(stage['since']) },
    }),
  };
}

/**
 * Has everything been done that a hook asks for, for this class? A cluster that got its add-ons from this very class needs none of the stages
 * for upgrades to it, whatever asks.
 */
export const isThrough = (run: AddonRun | undefined, className: string, hook: string): boolean =>
  run !== undefined &&
  run.className === className &&
  (run.through.includes(hook) ||
    (run.kind === 'created' && run.hook === undefined && run.through.length > 0));

/** A call of a lifecycle hook, as the server wrote it down: a nudge, never an order. */
export interface HookRequest {
  /** The same for every repetition of one question. */
  id: string;
  hook: string;
  classFrom: string;
  classTo: string;
  /** Kubernetes versions; empty where the hook names none. */
  from: string;
  to: string;
  /** RFC 3339. */
  at: string;
}

export const hookRequestAnnotation = `${ownGroup}/hook-request`;

export function readHookRequest(addon: ClusterAddon): HookRequest | undefined {
  const value = parseJson(addon.metadata.annotations?.[hookRequestAnnotation]);
  if (!isRecord(value) || typeof value['hook'] !== 'string') return undefined;
  const field = (name: string): string => text(value[name]);
  return {
    id: field('id'),
    hook: value['hook'],
    classFrom: field('classFrom'),
    classTo: field('classTo'),
    from: field('from'),
    to: field('to'),
    at: field('at'),
  };
}

function parseJson(json: string | undefined): unknown {
  if (!json) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
