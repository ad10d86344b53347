import type { Answer } from './command.ts';
import { EXIT } from './failure.ts';
import { inspectOneCloud } from './inspect.ts';
import { checkWritable, writeWhole } from './output.ts';

interface SnapshotValues {
  'os-cloud'?: string;
  out?: string;
  probes?: boolean;
  timeout?: string;
}

/** Stores what a cloud looks like. What could not be read is in the snapshot as such, with the reason. */
export async function snapshot(values: SnapshotValues): Promise<Answer> {
  const path = values.out === undefined || values.out === '-' ? null : values.out;
  if (path) await checkWritable(path);
  const taken = await inspectOneCloud(values);
  const text = `${JSON.stringify(taken, null, 2)}\n`;
  if (!path) return { text, exitCode: EXIT.pass };
  await writeWhole(path, text);
  return { text: '', exitCode: EXIT.pass };
}
