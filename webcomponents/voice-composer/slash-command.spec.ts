import { describe, expect, it } from 'vitest';
import { commands } from '../testing/plugin-fixtures.ts';
import { missingArgument, slashCommandOf } from './slash-command.ts';

const given = (draft: string) => {
  const called = slashCommandOf(draft, commands);
  return called === null ? null : [called.command.name, called.args];
};

describe('a text that begins with a slash', () => {
  it.each([
    ['/roll', ['roll', '']],
    ['  /roll 2d6 ', ['roll', '2d6']],
    ['/poll Lunch?\n yes\nno', ['poll', 'Lunch?\n yes\nno']],
    ['/roll\t d6  d6', ['roll', 'd6  d6']],
  ])('%j is a command', (draft, called) => {
    expect(given(draft)).toEqual(called);
  });

  it.each([
    '/',
    '/rol',
    '/rolls',
    '/Roll',
    '/roll/d6',
    '/roll.sh',
    '//roll',
    '/ roll',
    '/usr/bin/roll',
    '/etc hosts',
    'a /roll',
    '/constructor',
    '',
  ])('%j is none', (draft) => {
    expect(given(draft)).toBeNull();
  });

  it.each([
    ['/roll', undefined],
    ['/poll', 'question'],
    ['/poll Lunch?', undefined],
    ['/voice', 'effect'],
    ['/voice robot', undefined],
  ])('%j lacks %s', (draft, missing) => {
    const called = slashCommandOf(draft, commands);
    expect(called === null ? null : missingArgument(called)).toBe(missing);
  });
});
