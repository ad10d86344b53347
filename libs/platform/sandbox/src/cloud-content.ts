import { createHash } from 'node:crypto';
import type { DefaultSecurityGroupRule, Flavor, Image, VolumeType } from '@scs/standards';
import type { ImageImport } from './image-import.ts';
import type { Things } from './things.ts';

/** What the operator of the cloud set up. May be changed while the cloud runs: the next request sees it. */
export interface CloudContent {
  /** Types of the services in the catalogue. One that the simulator does not play gets an address that knows nothing. */
  services: string[];
  /** Of the user in the project. */
  roles: string[];
  flavors: Flavor[];
  /** As in Glance, lists leave out other projects' community images. `properties.owner`: a project id. */
  images: Image[];
  volumeTypes: VolumeType[];
  /** Null: a Neutron from before 2023.2, which has no such API. */
  defaultSecurityGroupRules: DefaultSecurityGroupRule[] | null;
  /** How images get their data; without `web-download` in it, Glance fetches nothing. */
  imageImportMethods: string[];
  /** What becomes of an import from an address. */
  imageImport: (uri: string) => ImageImport;
  /** Names. */
  externalNetworks: string[];
  /** What a server says of its random numbers: bits in the pool, and FIPS 140-2 failures of 1000 blocks. */
  entropy: { available: number; fipsFailures: number };
  /** Highest microversion of Nova; before 2.61 flavors are listed without their extra specs. */
  computeMicroversion: string;
  /** No list has more items a page, whatever its caller wants. */
  pageSize: number;
}

/** What all services of one cloud look at. */
export interface Cloud {
  /** `http://host:port` */
  url: string;
  region: string;
  content: CloudContent;
  now: () => Date;
  things: Things;
  domain: { id: string; name: string };
  project: { id: string; name: string };
  user: { id: string; name: string; password: string };
  applicationCredential: { id: string; name: string; secret: string };
}

/** Always the same for one name. */
export function uuidOf(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `5${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

/** Keystone's form of an id: no hyphens. */
export const hexOf = (name: string): string => uuidOf(name).replaceAll('-', '');
