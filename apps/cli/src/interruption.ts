import { EXIT, Failure } from './failure.ts';

/**
 * Runs work that Ctrl-C ends in good order: the first one aborts it (and lets it clean up), a second one leaves at once and
 * says what may be left.
 */
export async function interruptible<T>(
  cleanup: string | null,
  work: (signal: AbortSignal) => Promise<T>,
  said = 'interrupted; nothing was judged',
): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      const left = cleanup
        ? `what the probes made may be left; remove it with \`${cleanup}\``
        : 'nothing is left behind';
      process.stderr.write(`scs: stopped at once; ${left}\n`);
      process.exit(EXIT.interrupted);
    }
    controller.abort(new Failure(EXIT.interrupted, said));
    if (cleanup)
      process.stderr.write(
        'scs: interrupted; removing what the probes made (press Ctrl-C again to leave at once)\n',
      );
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
