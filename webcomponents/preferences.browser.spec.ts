import { describe, expect, it } from 'vitest';
import { Preferences } from './preferences.ts';

const blocked = (): Storage => {
  throw new DOMException('blocked', 'SecurityError');
};

describe('Preferences', () => {
  it('remembers across visits', () => {
    localStorage.clear();
    new Preferences().update({ nickname: 'Ada', theme: 'dark' });
    expect(new Preferences().values).toEqual({ nickname: 'Ada', theme: 'dark', talkKey: 'Backquote', signedIn: false });
  });

  it('remembers for the visit where storage is blocked', () => {
    const sut = new Preferences(blocked);
    sut.update({ nickname: 'Ada' });
    expect(sut.values.nickname).toBe('Ada');
  });

  it.each(['{', 'null', '[]', '{"theme":"pink","nickname":5,"talkKey":""}'])('takes %s for nothing', (stored) => {
    localStorage.setItem('switchboard.preferences', stored);
    expect(new Preferences().values).toEqual({ nickname: '', theme: 'auto', talkKey: 'Backquote', signedIn: false });
  });
});
