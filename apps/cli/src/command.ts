import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util';
import { type Failure, usage } from './failure.ts';
import { nearest } from './nearest.ts';

/** One option of a command. Strings unless `type` says otherwise. */
export interface Option {
  help: string;
  type?: 'boolean';
  short?: string;
  /** Placeholder of the value in the help, e.g. `FILE`. */
  value?: string;
  /** The only values that are accepted. */
  choices?: readonly string[];
  multiple?: true;
}

export type Options = Record<string, Option>;

type Value<O extends Option> = O extends { type: 'boolean' }
  ? boolean
  : O extends { choices: readonly (infer C)[] }
    ? C
    : string;

/** What the user gave, typed after the table of options. */
export type Values<O extends Options> = {
  -readonly [K in keyof O]?: O[K] extends { multiple: true } ? Value<O[K]>[] : Value<O[K]>;
};

/** What a command says, and with which exit code it ends. */
export interface Answer {
  text: string;
  exitCode: number;
}

export interface Command {
  /** The words that call it, e.g. `flavor parse`. */
  name: string;
  summary: string;
  /** What may stand behind the options, as written in the help; `…` at the end allows any number. */
  operands: readonly string[];
  options: Options;
  /** More about it, for `scs help COMMAND`. */
  details?: string;
  run(values: Values<Options>, operands: string[]): Promise<Answer>;
}

/** Checks at compile time that `run` takes exactly what the options give. Its code is loaded when it is called. */
export function command<const O extends Options>(
  definition: Omit<Command, 'run' | 'options'> & {
    options: O;
    run(values: Values<O>, operands: string[]): Promise<Answer>;
  },
): Command {
  return {
    ...definition,
    // `parseCommand` gives values only after checking them against these very options.
    run: (values, operands) => definition.run(values as Values<O>, operands),
  };
}

/** Finds the command that the first words name. */
export function findCommand(words: readonly string[], commands: readonly Command[]): Command {
  const found = commands
    .filter(({ name }) => name.split(' ').every((word, index) => words[index] === word))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  if (found) return found;

  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  if (group.length > 0) {
    const verbs = group.map(({ name }) => name.slice(words[0]!.length + 1));
    throw usage(`\`scs ${words[0]}\` needs one of: ${verbs.join(', ')}${guess(words[1] ?? '', verbs)}`);
  }
  const names = [...new Set(commands.map(({ name }) => name.split(' ')[0]!))];
  throw usage(
    `unknown command "${words[0]}"${guess(words[0] ?? '', names)}; \`scs help\` lists all commands`,
  );
}

/** Reads what stands behind the words of the command; throws a usage failure for anything that the command does not know. */
export function parseCommand(
  command: Command,
  args: readonly string[],
): { values: Values<Options>; operands: string[] } {
  const describe = ({ type, short }: Option): ParseArgsOptionDescriptor => ({
    type: type ?? 'string',
    multiple: true,
    ...(short && { short }),
  });
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [name, describe(option)]),
  );
  const { tokens, positionals: operands } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string | boolean | (string | boolean)[]> = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = command.options[token.name];
    if (!option) throw unknownOption(command, token.rawName);
    const value = readValue(option, token.rawName, token.value, token.inlineValue === true);
    if (option.multiple)
      values[token.name] = [...((values[token.name] as string[] | undefined) ?? []), value as string];
    else if (token.name in values) throw usage(`${token.rawName} is given twice; give it once`);
    else values[token.name] = value;
  }
  checkOperands(command, operands);
  return { values: values as Values<Options>, operands };
}

function readValue(
  option: Option,
  name: string,
  value: string | undefined,
  inline: boolean,
): string | boolean {
  if (option.type === 'boolean') {
    if (value !== undefined) throw usage(`${name} takes no value; leave "=${value}" out`);
    return true;
  }
  const placeholder = option.value ?? 'VALUE';
  if (value === undefined || value === '') throw usage(`${name} needs a value: ${name} ${placeholder}`);
  if (!inline && value.startsWith('-') && value !== '-') {
    throw usage(`${name} needs a value, but "${value}" follows; write ${name}=${value} if that is the value`);
  }
  if (option.choices && !option.choices.includes(value)) {
    throw usage(`${name} ${value} is unknown; choose one of: ${option.choices.join(', ')}`);
  }
  return value;
}

function unknownOption(command: Command, rawName: string): Failure {
  const known = Object.keys(command.options).map((name) => `--${name}`);
  return usage(
    `unknown option ${rawName} of \`scs ${command.name}\`${guess(rawName, known)}; \`scs help ${command.name}\` lists all options`,
  );
}

function checkOperands({ name, operands }: Command, given: readonly string[]): void {
  const required = operands.filter((operand) => !operand.startsWith('['));
  if (given.length < required.length) {
    throw usage(`\`scs ${name}\` needs ${required[given.length]}: scs ${name} ${operands.join(' ')}`);
  }
  const endless = operands.at(-1)?.replace(']', '').endsWith('…');
  if (!endless && given.length > operands.length) {
    throw usage(
      `\`scs ${name}\` does not take "${given[operands.length]}"; \`scs help ${name}\` shows its use`,
    );
  }
}

function guess(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant ? ` (did you mean ${meant}?)` : '';
}
