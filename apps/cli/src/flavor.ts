import {
  describeFlavor,
  flavorSpec,
  formatFlavorName,
  judgeFlavorName,
  shortFlavorName,
  type FlavorSpec,
  type FlavorStrategy,
} from '@scs/standards';
import type { Answer } from './command.ts';
import { EXIT } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';

interface ParseValues {
  strategy?: FlavorStrategy;
  output?: 'table' | 'json' | 'yaml';
}

/** What `scs flavor parse` says of one name. */
interface ParsedName {
  name: string;
  verdict: 'valid' | 'tolerated' | 'invalid' | 'not-scs';
  message?: string;
  canonical?: string;
  short?: string;
  prose?: string;
  spec?: FlavorSpec;
}

/** `scs flavor parse`: what each name says, and whether a certified cloud may have it. */
export async function parse(values: ParseValues, operands: string[]): Promise<Answer> {
  const names = operands.flatMap((name) => (name === '-' ? [] : [name]));
  if (operands.includes('-')) names.push(...(await namesFromInput()));
  const parsed = names.map((name) => parseName(name, values.strategy));
  const format = values.output ?? defaultFormat();
  return {
    text:
      format === 'table'
        ? columns(
            parsed.map(({ verdict, name, prose, message }) => [
              verdict,
              name,
              [prose, message].filter(Boolean).join('; '),
            ]),
          )
        : await formatData(parsed, format),
    exitCode: parsed.some(({ verdict }) => verdict === 'invalid') ? EXIT.fail : EXIT.pass,
  };
}

function parseName(name: string, strategy?: FlavorStrategy): ParsedName {
  const judged = judgeFlavorName(name, strategy);
  if (judged.verdict === 'not-scs') return { name, verdict: judged.verdict };
  if (judged.verdict === 'invalid') return { name, verdict: judged.verdict, message: judged.message };
  const { verdict, flavor } = judged;
  const canonical = formatFlavorName(flavor);
  return {
    name,
    verdict,
    ...(verdict === 'tolerated' && {
      message: `not the preferred spelling; call it ${formatFlavorName(flavor, strategy === 'v1/v2' ? 'v1' : 'v2')}`,
    }),
    canonical,
    short: shortFlavorName(flavor),
    prose: describeFlavor(flavor),
    spec: flavorSpec(flavor),
  };
}

async function namesFromInput(): Promise<string[]> {
  const { text } = await import('node:stream/consumers');
  return (await text(process.stdin)).split('\n').filter((line) => line !== '');
}
