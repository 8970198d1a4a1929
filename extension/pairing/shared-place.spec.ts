import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldersToSearch } from './place-folders.ts';
import { placeOf, sharedPlace } from './shared-place.ts';

const whole = { workspace: 'switchboard', branch: 'main', path: 'src/a.ts', line: 3 };
const nothing = { workspace: false, branch: false, file: false };

describe('sharedPlace', () => {
  it('is nothing unless chosen', () => {
    expect(sharedPlace(whole, nothing)).toBeNull();
    expect(sharedPlace({}, { workspace: true, branch: true, file: true })).toBeNull();
  });

  it('is what was chosen alone', () => {
    expect(sharedPlace(whole, { ...nothing, workspace: true })).toEqual({ workspace: 'switchboard' });
    expect(sharedPlace(whole, { ...nothing, branch: true })).toEqual({ branch: 'main' });
    expect(sharedPlace(whole, { ...nothing, file: true })).toEqual({ path: 'src/a.ts', line: 3 });
    expect(sharedPlace({ line: 3 }, { ...nothing, file: true })).toBeNull();
  });
});

describe('placeOf', () => {
  const folder = { name: 'switchboard', uri: 'folder' };
  const file = { uri: 'file', path: 'src/a.ts', line: 3 };
  const all = { workspace: true, branch: true, file: true };
  const branchOf = (uri: string): string => `branch of ${uri}`;

  it('is the file, on its branch', () => {
    const place = placeOf({ folder, file }, branchOf, all);
    expect(place).toEqual({ workspace: 'switchboard', branch: 'branch of file', path: 'src/a.ts', line: 3 });
  });

  it('is the folder, on its own branch, while the file in front is kept back', () => {
    const place = placeOf({ folder, file: undefined }, branchOf, all);
    expect(place).toEqual({ workspace: 'switchboard', branch: 'branch of folder' });
  });

  it('asks for no branch that is not shared', () => {
    const refuse = (): never => {
      throw new Error('nobody wants to know');
    };
    expect(placeOf({ folder, file }, refuse, { ...all, branch: false })).not.toHaveProperty('branch');
  });
});

describe('foldersToSearch', () => {
  it('begins with those of the same name, and leaves none out', () => {
    const folders = [{ name: 'api' }, { name: 'web' }, { name: 'docs' }];
    expect(foldersToSearch(folders, 'docs').map(({ name }) => name)).toEqual(['docs', 'api', 'web']);
    const name = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.record({ name })), fc.option(name, { nil: undefined }), (given, workspace) => {
        const ordered = foldersToSearch(given, workspace);
        expect(ordered).toHaveLength(given.length);
        expect(new Set(ordered)).toEqual(new Set(given));
        const first = ordered.findIndex((folder) => folder.name !== workspace);
        expect(ordered.slice(first).some((folder) => first >= 0 && folder.name === workspace)).toBe(false);
      }),
    );
  });
});
