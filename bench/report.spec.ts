import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { combined, markdownTable, parseBenchOptions } from './report.ts';

describe('parseBenchOptions', () => {
  const parts = ['start', 'join'];

  it('runs everything and writes nothing unless told', () => {
    expect(parseBenchOptions([], parts)).toEqual({ json: undefined, only: [] });
  });

  it('takes a file and some of the parts', () => {
    const json = join(tmpdir(), 'report.json');
    expect(parseBenchOptions(['--json', json, '--only', 'join', '--only', 'start'], parts)).toEqual({
      json,
      only: ['join', 'start'],
    });
  });

  it.each([
    ['an unknown part', ['--only', 'stop'], /no part "stop": start, join/],
    ['an unknown option', ['--fast'], /--fast/],
    ['an option without its value', ['--json'], /--json/],
    ['a folder that is not there', ['--json', join(tmpdir(), 'no', 'such', 'report.json')], /ENOENT/],
  ])('refuses %s before anything is measured', (_, args, message) => {
    expect(() => parseBenchOptions(args, parts)).toThrow(message);
  });
});

describe('combined', () => {
  it('keeps every run, with the part it belongs to', () => {
    const report = combined([
      ['start', { figures: { startMs: 812.345 }, runs: [{ ms: 812.345 }, { ms: 900 }] }],
      ['join', { figures: { stoiMin: 0.98765, bytes: 31_415 }, runs: [{ ms: 3 }] }],
    ]);
    expect(report.figures).toEqual({ startMs: 812.3, stoiMin: 0.988, bytes: 31_415 });
    expect(report.runs).toEqual([
      { part: 'start', ms: 812.345 },
      { part: 'start', ms: 900 },
      { part: 'join', ms: 3 },
    ]);
  });

  it('refuses a figure that two parts give', () => {
    const result = { figures: { startMs: 1 }, runs: [] };
    expect(() =>
      combined([
        ['a', result],
        ['b', result],
      ]),
    ).toThrow('"b" gives startMs once more');
  });

  it('refuses a figure that is no number', () => {
    expect(() => combined([['a', { figures: { startMs: Number.NaN }, runs: [] }]])).toThrow('startMs');
  });
});

describe('markdownTable', () => {
  it('aligns names left and values right', () => {
    expect(markdownTable({ startMs: 812.3, embedGzipBytes: 41_234 }).split('\n')).toEqual([
      '| Figure           |  Value |',
      '| ---------------- | -----: |',
      '| `startMs`        |  812.3 |',
      '| `embedGzipBytes` | 41,234 |',
    ]);
  });
});
