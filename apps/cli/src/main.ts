import { commands } from './commands.ts';
import { findCommand, parseCommand, type Answer } from './command.ts';
import { EXIT, Failure, oneLine } from './failure.ts';

/** What a global option stands for: `scs --version` is `scs version`. */
const aliases: Record<string, string> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-V': 'version',
};

async function answer(argv: readonly string[]): Promise<Answer> {
  const words = argv.length === 0 ? ['help'] : [aliases[argv[0]!] ?? argv[0]!, ...argv.slice(1)];
  const command = findCommand(words, commands);
  const args = words.slice(command.name.split(' ').length);
  const end = args.indexOf('--');
  if ((end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h')) {
    return findCommand(['help'], commands).run({}, command.name.split(' '));
  }
  const { values, operands } = parseCommand(command, args);
  return command.run(values, operands);
}

// A reader that went away (`scs … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT.usage);
});

try {
  const { text, exitCode } = await answer(process.argv.slice(2));
  process.exitCode = exitCode;
  process.stdout.write(text);
} catch (error) {
  if (process.env['SCS_DEBUG'])
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  // Connections that still wait for an answer must not keep the process.
  const exitCode = error instanceof Failure ? error.exitCode : 70;
  const hint =
    error instanceof Failure
      ? ''
      : '; this is a defect of scs: run it again with SCS_DEBUG=1 and report what it prints';
  process.stderr.write(`scs: ${oneLine(error)}${hint}\n`);
  process.exit(exitCode);
}
