import { describe, expect, it } from 'vitest';
import { command, findCommand, parseCommand } from './command.ts';
import { nearest } from './nearest.ts';

const answer = { text: '', exitCode: 0 };
const look = command({
  name: 'look up',
  summary: 'looks something up',
  operands: ['NAME…'],
  options: {
    colour: { value: 'COLOUR', choices: ['red', 'blue'], help: '' },
    tag: { value: 'TAG', multiple: true, help: '' },
    deep: { type: 'boolean', short: 'd', help: '' },
  },
  run: async () => answer,
});
const leave = command({ name: 'leave', summary: '', operands: [], options: {}, run: async () => answer });

describe('options of a command', () => {
  it('become values and operands, in any order', () => {
    expect(parseCommand(look, ['a', '--tag', 'x', '-d', '--colour=red', 'b', '--tag=y'])).toEqual({
      values: { tag: ['x', 'y'], deep: true, colour: 'red' },
      operands: ['a', 'b'],
    });
  });

  it('end behind two dashes', () => {
    expect(parseCommand(look, ['--', '--deep'])).toEqual({ values: {}, operands: ['--deep'] });
  });

  it.each([
    [
      'an unknown option with what was meant',
      ['a', '--color', 'red'],
      /unknown option --color .*did you mean --colour\?/,
    ],
    ['an unknown short option', ['a', '-x'], /unknown option -x/],
    ['an option without its value', ['a', '--colour'], /--colour needs a value: --colour COLOUR/],
    [
      'an option that swallows the next one',
      ['a', '--tag', '--deep'],
      /--tag needs a value, but "--deep" follows/,
    ],
    ['a value that is none of the choices', ['a', '--colour', 'green'], /choose one of: red, blue/],
    ['a switch with a value', ['a', '--deep=yes'], /--deep takes no value/],
    ['an option given twice', ['a', '--colour=red', '--colour=blue'], /given twice/],
    ['a missing operand', [], /needs NAME…/],
  ])('refuse %s', (_, args, message) => {
    expect(() => parseCommand(look, args)).toThrow(message);
  });

  it('refuse operands where there are none', () => {
    expect(() => parseCommand(leave, ['now'])).toThrow(/does not take "now"/);
  });
});

describe('words of a command', () => {
  it('name it', () => {
    expect(findCommand(['look', 'up', 'x'], [look, leave])).toBe(look);
  });

  it.each([
    [['leve'], /unknown command "leve" \(did you mean leave\?/],
    [['look'], /needs one of: up/],
    [['look', 'ub'], /did you mean up\?/],
    [['xyzzy'], /unknown command "xyzzy"; `scs help`/],
  ])('%j is answered with what there is', (words, message) => {
    expect(() => findCommand(words, [look, leave])).toThrow(message);
  });
});

describe('the nearest word', () => {
  it.each([
    ['certfy', 'certify'],
    ['snap', 'snapshot'],
    ['quux', undefined],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['certify', 'snapshot', 'scope'])).toBe(expected);
  });
});
