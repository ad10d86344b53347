import { judgeFlavorName } from '@scs/standards';
import type { Answer } from './command.ts';
import { EXIT, usage } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';

interface FlavorValues {
  strategy?: Parameters<typeof judgeFlavorName>[1];
  output?: 'table' | 'json' | 'yaml';
}

/** `scs flavor parse`: what each name says, and whether a certified cloud may have it. */
export async function parse(values: FlavorValues, operands: string[]): Promise<Answer> {
  const names = operands.flatMap((name) => (name === '-' ? [] : [name]));
  if (operands.includes('-')) names.push(...(await namesFromInput()));
  const judged = names.map((name) => judgeFlavorName(name, values.strategy));
  const format = values.output ?? defaultFormat();
  return {
    text: format === 'table' ? columns(judged.map(({ name, verdict, prose, message }) => [verdict, name, prose ?? '', message ?? ''])) : await formatData(judged, format),
    exitCode: judged.some(({ verdict }) => verdict === 'invalid') ? EXIT.fail : EXIT.pass,
  };
}

async function namesFromInput(): Promise<string[]> {
  const { text } = await import('node:stream/consumers');
  return (await text(process.stdin)).split('\n').filter((line) => line !== '');
}
