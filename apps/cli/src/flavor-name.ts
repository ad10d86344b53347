import { FlavorNameError, nameFlavor, truthfulNames, type FlavorWish } from '@scs/standards';
import type { Answer } from './command.ts';
import { EXIT, usage } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';
import { readSnapshotFile } from './snapshot-file.ts';

interface NameValues extends Pick<FlavorWish, 'hypervisor' | 'gpu' | 'infiniband'> {
  vcpus?: string;
  ram?: string;
  disk?: string;
  disks?: string;
  'disk-type'?: NonNullable<FlavorWish['diskType']>;
  'cpu-type'?: NonNullable<FlavorWish['cpuType']>;
  'cpu-brand'?: string;
  'insecure-cpu'?: boolean;
  'no-ecc'?: boolean;
  'oversubscribed-ram'?: boolean;
  'nested-virtualization'?: boolean;
  snapshot?: string;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs flavor name`: the names of a flavor that is yet to be made, or those that the flavors of a snapshot may carry. */
export async function name(values: NameValues): Promise<Answer> {
  const { snapshot, output, ...wish } = values;
  const format = output ?? defaultFormat();
  if (snapshot !== undefined) {
    const extra = Object.keys(wish)[0];
    if (extra)
      throw usage(
        `--snapshot and --${extra} exclude each other; the flavors of the snapshot say what they are`,
      );
    const answer = await namesOfSnapshot(snapshot);
    const rows = answer.flatMap((flavor) => [
      ...flavor.names.map((long, index) => [index === 0 ? flavor.name : '', long, '']),
      ...flavor.ifTrue.map((option) => ['', option.name, `if ${option.condition}`]),
    ]);
    return {
      text: format === 'table' ? columns(rows) : await formatData(answer, format),
      exitCode: EXIT.pass,
    };
  }
  const names = wishedNames(wish);
  return {
    text: format === 'table' ? `${names.all.join('\n')}\n` : await formatData(names, format),
    exitCode: EXIT.pass,
  };
}

function wishedNames(values: Omit<NameValues, 'snapshot' | 'output'>): ReturnType<typeof nameFlavor> {
  const vcpus = readNumber('vcpus', values.vcpus);
  const ram = readNumber('ram', values.ram);
  if (vcpus === undefined || ram === undefined)
    throw usage('a flavor needs --vcpus and --ram (GiB), or name a --snapshot');
  try {
    return nameFlavor({
      vcpus,
      ram,
      cpuType: values['cpu-type'],
      insecure: values['insecure-cpu'],
      noEcc: values['no-ecc'],
      ramOversubscribed: values['oversubscribed-ram'],
      disk: readNumber('disk', values.disk),
      disks: readNumber('disks', values.disks),
      diskType: values['disk-type'],
      hypervisor: values.hypervisor,
      hardwareVirtualization: values['nested-virtualization'],
      cpuBrand: values['cpu-brand'],
      gpu: values.gpu,
      infiniband: values.infiniband,
    });
  } catch (error) {
    if (error instanceof FlavorNameError) throw usage(`no SCS name says that: ${error.message}`);
    throw error;
  }
}

function readNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text))
    throw usage(`--${option} ${text} is no number; write for example --${option} 4`);
  return Number(text);
}

async function namesOfSnapshot(path: string) {
  const snapshot = await readSnapshotFile(path);
  if (snapshot.kind !== 'cloud')
    throw usage(`${path} shows a cluster, which has no flavors; name the snapshot of a cloud`);
  if ('error' in snapshot.flavors) throw usage(`${path} has no flavors: ${snapshot.flavors.error.message}`);
  return snapshot.flavors.value.map((flavor) => ({
    id: flavor.id,
    name: flavor.name,
    ...truthfulNames(flavor),
  }));
}
