import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bookmark } from './bookmark.ts';
import { Bookmarks } from './bookmarks.ts';
import { ServerSecrets } from './server-secrets.ts';
import { SignInForm, type SignInBoxes } from './sign-in-form.ts';
import { Keychain } from './testing/keychain.ts';
import { ScriptedServer, type Answer } from './testing/scripted-server.ts';

/** Answers each box with the next of its texts, and turns away where there is none left. */
class Person implements SignInBoxes {
  readonly asked: string[] = [];
  readonly answers: Record<string, string[]> = {};

  way(server: URL): Promise<'new' | undefined> {
    this.asked.push(`way ${server.host}`);
    return Promise.resolve('new');
  }

  username(server: URL, value: string, problem?: string): Promise<string | undefined> {
    return this.#answer('username', server, value, problem);
  }

  nickname(server: URL, value: string): Promise<string | undefined> {
    return this.#answer('nickname', server, value);
  }

  password(server: URL, username: string, problem?: string): Promise<string | undefined> {
    return this.#answer('password', server, username, problem);
  }

  newPassword(server: URL, username: string): Promise<string | undefined> {
    return this.#answer('newPassword', server, username);
  }

  invitation(server: URL, value: string, problem?: string): Promise<string | undefined> {
    return this.#answer('invitation', server, value, problem);
  }

  #answer(box: string, { host }: URL, value: string, problem = ''): Promise<string | undefined> {
    this.asked.push([box, host, value, problem].filter((part) => part !== '').join(' '));
    return Promise.resolve(this.answers[box]?.shift());
  }
}

describe('SignInForm', () => {
  let server: ScriptedServer;
  let person: Person;
  let bookmark: Bookmark;
  let sut: SignInForm;
  let mode: string;
  let refusals: string[];

  beforeEach(async () => {
    server = await ScriptedServer.start();
    person = new Person();
    mode = 'invite';
    refusals = [];
    server.answer = (path): Answer => {
      if (path === '/api/auth/registration') return { json: { mode } };
      const code = refusals.shift();
      return code === undefined
        ? { json: { accessToken: 'a', refreshToken: 'r', expiresAt: 0 } }
        : { status: 401, json: { error: { code, message: '' } } };
    };
    // It calls itself as it likes.
    bookmark = {
      id: 'b1',
      address: server.url.origin,
      name: 'voice.company.example',
      nickname: 'Ada',
      signIn: { type: 'guest' },
    };
    const kept = new Map<string, unknown>();
    const bookmarks = new Bookmarks({
      get: (key) => kept.get(key),
      update: (key, value) => Promise.resolve(void kept.set(key, value)),
    });
    await bookmarks.add(bookmark);
    sut = new SignInForm(bookmarks, new ServerSecrets(new Keychain()), person, ({ code }) => code);
  });

  afterEach(() => server[Symbol.asyncDispose]());

  it('names the server by its address in every box', async () => {
    mode = 'closed';
    person.answers.username = ['ada', 'ada'];
    person.answers.password = ['wrong', 'right'];
    refusals = ['auth.credentials_invalid'];
    expect(await sut.show(bookmark)).toMatchObject({ signIn: { type: 'account', username: 'ada' } });
    const { host } = server.url;
    expect(person.asked).toEqual([
      `username ${host}`,
      `password ${host} ada`,
      `username ${host} ada auth.credentials_invalid`,
      `password ${host} ada auth.credentials_invalid`,
    ]);
  });

  it('asks for another invitation, and for nothing that was typed already', async () => {
    person.answers.invitation = ['old', 'older', 'new'];
    person.answers.username = ['ada'];
    person.answers.nickname = ['Ada'];
    person.answers.newPassword = ['a good password'];
    refusals = ['auth.invite_invalid', 'auth.invite_invalid'];
    expect(await sut.show(bookmark)).toMatchObject({ signIn: { type: 'account', username: 'ada' } });
    const { host } = server.url;
    expect(person.asked).toEqual([
      `way ${host}`,
      `invitation ${host}`,
      `username ${host}`,
      `nickname ${host} Ada`,
      `newPassword ${host} ada`,
      `invitation ${host} old auth.invite_invalid`,
      `invitation ${host} older auth.invite_invalid`,
    ]);
    expect(server.asked.at(-1)?.body).toMatchObject({ username: 'ada', invite: 'new' });
  });

  it('keeps the invitation while another user name is asked for', async () => {
    person.answers.invitation = ['code'];
    person.answers.username = ['ada', 'ada2'];
    person.answers.nickname = ['Ada', 'Ada'];
    person.answers.newPassword = ['a good password', 'a good password'];
    refusals = ['auth.username_taken'];
    expect(await sut.show(bookmark)).toMatchObject({ signIn: { username: 'ada2' } });
    expect(person.asked).toContain(`username ${server.url.host} ada auth.username_taken`);
    expect(server.asked.at(-1)?.body).toMatchObject({ username: 'ada2', invite: 'code' });
  });

  it('changes nothing where the person turns away, and throws on what typing does not help against', async () => {
    expect(await sut.show(bookmark)).toBeUndefined();
    mode = 'closed';
    person.answers.username = ['ada'];
    person.answers.password = ['secret'];
    refusals = ['auth.too_many_attempts'];
    await expect(sut.show(bookmark)).rejects.toMatchObject({ code: 'auth.too_many_attempts' });
  });
});
