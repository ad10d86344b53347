import type { Answer, Command, Option } from './command.ts';
import { findCommand } from './command.ts';
import { EXIT } from './failure.ts';
import { columns } from './output.ts';

/** Without words the list of all commands, else the use of one of them. */
export function help(words: readonly string[], commands: readonly Command[]): Answer {
  const text = words.length === 0 ? overview(commands) : manual(findCommand(words, commands));
  return { text, exitCode: EXIT.pass };
}

function overview(commands: readonly Command[]): string {
  const list = columns(commands.map(({ name, summary }) => [`  ${name}`, summary]));
  return `scs: certify clouds and clusters against the standards of the Sovereign Cloud Stack

Usage: scs COMMAND [OPTION]…

${list}
\`scs help COMMAND\` shows the options of one command.
Exit codes: 0 pass, 1 fail, 2 not determined, 64 usage, 69 unreachable.
`;
}

function manual({ name, summary, operands, options, details }: Command): string {
  const usage = ['scs', name, ...operands, Object.keys(options).length > 0 ? '[OPTION]…' : '']
    .join(' ')
    .trim();
  const list = columns(
    Object.entries(options).map(([key, option]) => [`  ${spelling(key, option)}`, option.help]),
  );
  return [`${usage}\n  ${summary}\n`, list && `\nOptions:\n${list}`, details && `\n${details}\n`]
    .filter(Boolean)
    .join('');
}

function spelling(name: string, { short, type, value }: Option): string {
  const long = type === 'boolean' ? `--${name}` : `--${name} ${value ?? 'VALUE'}`;
  return short ? `-${short}, ${long}` : `    ${long}`;
}
