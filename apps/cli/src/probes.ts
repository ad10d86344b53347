import type { Answer } from './command.ts';
import { EXIT } from './failure.ts';
import { removeLeftovers } from './inspect.ts';

interface CleanupValues {
  'os-cloud'?: string;
  timeout?: string;
}

/** `scs probes cleanup`: removes what killed runs left behind in the project. */
export async function cleanup(values: CleanupValues): Promise<Answer> {
  const removed = await removeLeftovers(values);
  return {
    text:
      removed.length > 0
        ? `${removed.map((line) => `removed ${line}\n`).join('')}`
        : 'nothing was left behind\n',
    exitCode: EXIT.pass,
  };
}
