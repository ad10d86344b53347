import { createServer } from 'node:net';

/** The wanted port of this machine where nobody has it, else any that is free. */
export async function choosePort(wanted: number): Promise<number> {
  return (await listenOn(wanted)) ?? (await listenOn(0))!;
}

/** The port that could be had, or null. */
function listenOn(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(null));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      const got = typeof address === 'object' && address ? address.port : null;
      probe.close(() => resolve(got));
    });
  });
}
