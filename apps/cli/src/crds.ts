import { printCrds } from '@scs/cluster-stacks';
import type { Answer } from './command.ts';
import { EXIT } from './failure.ts';

/** `scs crds`: what a management cluster must know before the operator starts. */
export const printDefinitions = (): Answer => ({ text: printCrds(), exitCode: EXIT.pass });
