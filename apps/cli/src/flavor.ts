import { judgeFlavorName, type FlavorStrategy } from '@scs/standards';
import type { Answer } from './command.ts';
import { EXIT } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';

interface ParseValues {
  strategy?: FlavorStrategy;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs flavor parse`: what each name says, and whether a certified cloud may have it. */
export async function parse({ strategy, output }: ParseValues, operands: string[]): Promise<Answer> {
  const names = operands.filter((name) => name !== '-');
  if (operands.includes('-')) names.push(...(await namesFromInput()));
  const reports = names.map((name) => judgeFlavorName(name, strategy));
  const format = output ?? defaultFormat();
  const rows = reports.map(({ verdict, name, prose, message }) => [
    verdict,
    name,
    [prose, message].filter(Boolean).join('; '),
  ]);
  return {
    text: format === 'table' ? columns(rows) : await formatData(reports, format),
    exitCode: reports.some(({ verdict }) => verdict === 'invalid') ? EXIT.fail : EXIT.pass,
  };
}

async function namesFromInput(): Promise<string[]> {
  const { text } = await import('node:stream/consumers');
  return (await text(process.stdin)).split('\n').filter((line) => line !== '');
}
