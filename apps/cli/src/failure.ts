/** Exit codes, as documented in docs/cli.md. */
export const EXIT = {
  pass: 0,
  fail: 1,
  undetermined: 2,
  usage: 64,
  unreachable: 69,
  interrupted: 130,
} as const;

/** What ends a command early: one line that names cause and remedy, and the exit code. Users never see its stack. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
  }
}

/** The user asked for something that cannot be: exit code 64. */
export function usage(message: string): Failure {
  return new Failure(EXIT.usage, message);
}

/** Any error as one line without a stack. Line breaks of foreign messages become blanks, and nothing in them steers the terminal. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD')
    .trim();
}
