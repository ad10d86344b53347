import {
  flavorSpec,
  mandatoryFlavors,
  parseFlavorName,
  recommendedFlavors,
  type DefaultSecurityGroupRule,
  type Flavor,
  type Image,
} from '@scs/standards';
import { uuidOf, type CloudContent } from './cloud-content.ts';

const day = 24 * 3600 * 1000;
const gib = 2 ** 30;

interface ImageRow {
  name: string;
  distro: 'ubuntu' | 'debian';
  version: string;
  purpose: string;
  /** Where images of this name come from; `DATE` is the day of the build, without hyphens. */
  source: string;
  hidden?: boolean;
}

const ubuntu = (version: string, codename: string): ImageRow => ({
  name: `Ubuntu ${version}`,
  distro: 'ubuntu',
  version,
  purpose: 'generic',
  source: `https://cloud-images.ubuntu.com/${codename}/DATE/${codename}-server-cloudimg-amd64.img`,
});
const debian = (version: string, codename: string): ImageRow => ({
  name: `Debian ${version}`,
  distro: 'debian',
  version,
  purpose: 'generic',
  source: `https://cloud.debian.org/images/cloud/${codename}/DATE/debian-${version}-genericcloud-amd64.qcow2`,
});
const capi = (separator: ' ' | '-', kubernetes: string): ImageRow => ({
  name: `ubuntu-capi-image${separator}v${kubernetes}`,
  distro: 'ubuntu',
  version: '24.04',
  purpose: 'k8snode',
  source: `https://nbg1.your-objectstorage.com/osism/openstack-k8s-capi-images/ubuntu-2404-kube-v${kubernetes}.qcow2`,
});

const imageRows: ImageRow[] = [
  ubuntu('24.04', 'noble'),
  ubuntu('22.04', 'jammy'),
  debian('13', 'trixie'),
  debian('12', 'bookworm'),
  capi('-', '1.35.1'),
  capi('-', '1.34.4'),
  capi('-', '1.33.8'),
  capi(' ', '1.34.4'),
  // What a rotation leaves behind: hidden, and no longer the generic image of its version.
  { ...debian('12', 'bookworm'), name: 'Debian 12 prev', purpose: 'oldgeneric', hidden: true },
];

const importWorks: CloudContent['imageImport'] = () => ({ outcome: 'active' });

/** A cloud that satisfies every IaaS version there is, its recommendations too, with images a few days old at `now`. */
export function compliantCloud(now: Date): CloudContent {
  return {
    services: [
      'identity',
      'compute',
      'placement',
      'image',
      'network',
      'load-balancer',
      'dns',
      'block-storage',
      'volumev3',
      'key-manager',
      'object-store',
      'object-store-s3',
    ],
    roles: ['member', 'reader'],
    flavors: [...mandatoryFlavors, ...recommendedFlavors].map(toFlavor),
    images: imageRows.map((row) => toImage(row, now)),
    volumeTypes: [
      { id: uuidOf('volume type __DEFAULT__'), name: '__DEFAULT__', description: 'Default Volume Type' },
      {
        id: uuidOf('volume type LUKS'),
        name: 'LUKS',
        description: '[scs:encrypted, replicated] Encrypted with LUKS, three copies',
      },
    ],
    defaultSecurityGroupRules: ['IPv4', 'IPv6'].flatMap((ethertype) => [
      defaultRule('egress', ethertype),
      defaultRule('ingress', ethertype),
    ]),
    imageImportMethods: ['glance-direct', 'web-download'],
    imageImport: importWorks,
    externalNetworks: ['public'],
    entropy: { available: 256, fipsFailures: 1 },
    computeMicroversion: '2.96',
    pageSize: 1000,
  };
}

function toFlavor(name: string): Flavor {
  const spec = flavorSpec(parseFlavorName(name));
  const extraSpecs = Object.entries(spec).filter(([key]) => key.startsWith('scs:'));
  return {
    id: uuidOf(`flavor ${name}`),
    name,
    vcpus: spec.cpus,
    ram: spec.ram * 1024,
    disk: spec.disk ?? 0,
    isPublic: true,
    extraSpecs: {
      ...Object.fromEntries(extraSpecs.map(([key, value]) => [key, String(value)])),
      'hw_rng:allowed': 'True',
    },
  };
}

function toImage({ name, distro, version, purpose, source, hidden = false }: ImageRow, now: Date): Image {
  const age = hidden ? 13 * day : 6 * day;
  const built = new Date(now.getTime() - age).toISOString().slice(0, 10);
  const created = new Date(now.getTime() - age + day).toISOString();
  return {
    id: uuidOf(`image ${name}`),
    name,
    visibility: 'public',
    hidden,
    status: 'active',
    size: distro === 'ubuntu' ? 2 * gib : gib,
    minDisk: purpose === 'k8snode' ? 20 : 8,
    minRam: purpose === 'k8snode' ? 1024 : 512,
    createdAt: created.replace(/\.\d+Z$/, 'Z'),
    properties: {
      architecture: 'x86_64',
      hypervisor_type: 'qemu',
      hw_disk_bus: 'scsi',
      hw_scsi_model: 'virtio-scsi',
      hw_rng_model: 'virtio',
      os_hash_algo: 'sha512',
      os_distro: distro,
      os_version: version,
      os_purpose: purpose,
      image_build_date: built,
      image_original_user: distro,
      image_source: source.replace('DATE', built.replaceAll('-', '')),
      image_description: `https://docs.scs.community/docs/operating-scs/${distro}`,
      replace_frequency: 'monthly',
      provided_until: 'none',
      uuid_validity: 'last-3',
      hotfix_hours: '0',
    },
  };
}

/** Out everywhere; in from the same group alone, and that in default groups alone. */
function defaultRule(direction: 'egress' | 'ingress', ethertype: string): DefaultSecurityGroupRule {
  const isIngress = direction === 'ingress';
  return {
    id: uuidOf(`default rule ${direction} ${ethertype}`),
    direction,
    ethertype,
    remoteGroupId: isIngress ? 'PARENT' : null,
    remoteIpPrefix: null,
    usedInDefaultSg: true,
    usedInNonDefaultSg: !isIngress,
  };
}
