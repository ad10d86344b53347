import type { Answer, Command } from './command.ts';
import { EXIT, usage } from './failure.ts';

/** A script for bash, or for zsh through its bash emulation, that completes commands, options and choices. */
export function completion(shell: string, commands: readonly Command[]): Answer {
  if (shell !== 'bash' && shell !== 'zsh') throw usage(`no completion for ${shell}; choose bash or zsh`);
  const cases = commands.map(({ name, options }) => {
    const words = Object.keys(options).map((option) => `--${option}`);
    return `    "${name}"*) words="${words.join(' ')}" ;;`;
  });
  const choices = commands.flatMap(({ name, options }) =>
    Object.entries(options).flatMap(([option, { choices: values }]) =>
      values ? [`    "${name}"*" --${option}") words="${values.join(' ')}" ;;`] : [],
    ),
  );
  const groups = [
    ...new Set(commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0]!] : []))),
  ].map(
    (group) =>
      `    "${group}") words="${commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name.split(' ')[1]!] : [])).join(' ')}" ;;`,
  );
  const first = [...new Set(commands.map(({ name }) => name.split(' ')[0]!))].join(' ');
  const text = `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_scs() {
  local line="\${COMP_WORDS[*]:1:COMP_CWORD-1}" words=""
  case "$line" in
    "") words="${first}" ;;
${[...choices, ...groups, ...cases].join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _scs scs
`;
  return { text, exitCode: EXIT.pass };
}
