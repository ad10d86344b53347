import { need } from './check.ts';
import { readFlavorName, type FlavorNameJudgement } from './flavor-name.ts';
import type { CloudSnapshot, Flavor, Image, TokenFacts, VolumeType } from './snapshot.ts';

/**
 * The snapshot as checks see it: inputs that may be missing, and what several checks derive from them, derived once. Made for one
 * run, so nothing outlives it.
 */
export interface Facts {
  snapshot: CloudSnapshot;
  now: Date;
  token: () => TokenFacts;
  flavors: () => Flavor[];
  /** Flavors in scope of scs-0100 with what their names say. */
  scsFlavors: () => { flavor: Flavor; name: FlavorNameJudgement }[];
  /** By `scs:name-v2`, else by their own name. */
  flavorsByName: () => Map<string, Flavor>;
  /** Public and community images, hidden ones too. */
  images: () => Image[];
  /** Without the hidden ones: all that upstream's tests ever see. */
  visibleImages: () => Image[];
  volumeTypes: () => VolumeType[];
  /** Types of the services in the catalogue. */
  serviceTypes: () => Set<string>;
}

export function gatherFacts(snapshot: CloudSnapshot, now: Date): Facts {
  const flavors = once(() => need(snapshot.flavors));
  const images = once(() =>
    need(snapshot.images).filter(({ visibility }) => visibility === 'public' || visibility === 'community'),
  );
  const token = () => need(snapshot.token);
  return {
    snapshot,
    now,
    token,
    flavors,
    scsFlavors: once(() =>
      flavors()
        .map((flavor) => ({ flavor, name: readFlavorName(flavor.name) }))
        .filter(({ name }) => name.verdict !== 'not-scs'),
    ),
    flavorsByName: once(() => indexFlavors(flavors())),
    images,
    visibleImages: once(() => images().filter(({ hidden }) => !hidden)),
    volumeTypes: () => need(snapshot.volumeTypes),
    serviceTypes: once(() => new Set(token().catalog.map(({ type }) => type))),
  };
}

function once<T>(compute: () => T): () => T {
  let result: { value: T } | undefined;
  return () => (result ??= { value: compute() }).value;
}

function indexFlavors(flavors: Flavor[]): Map<string, Flavor> {
  const byName = new Map<string, Flavor>();
  for (const flavor of flavors) {
    const name = flavor.extraSpecs['scs:name-v2'];
    if (name !== undefined) byName.set(name, flavor);
  }
  for (const flavor of flavors)
    if (flavor.name.startsWith('SCS-') && !byName.has(flavor.name)) byName.set(flavor.name, flavor);
  return byName;
}
