import type { SignIn } from '@switchboard/client';
import { describe, expect, it } from 'vitest';
import type { Registration } from '../accounts/accounts.ts';
import { BANNED, FixtureAccounts } from '../testing/fixture-accounts.ts';
import { FixtureClient } from '../testing/fixture-client.ts';
import { idleState, roomState } from '../testing/fixtures.ts';
import { MODERATING, SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, mount, query, settled, words } from '../testing/stage.ts';
import { inviteOf } from './address.ts';
import { VoiceApp } from './voice-app.ts';

const OPEN: Registration = { mode: 'open', guests: true, name: 'Bletchley' };
const ADA = { username: 'ada', nickname: 'Ada Lovelace' };

interface Visit {
  readonly registration?: Registration | null;
  readonly hash?: string;
  readonly signedIn?: boolean;
  readonly client?: FixtureClient;
  readonly width?: number;
}

async function visit({ registration = OPEN, hash = '', signedIn = false, width = 800, ...more }: Visit = {}) {
  localStorage.clear();
  if (signedIn) localStorage.setItem('switchboard.preferences', JSON.stringify({ signedIn }));
  history.replaceState(null, '', location.pathname + location.search + hash);
  const client = more.client ?? new FixtureClient();
  client.script('connect', () => client.show({ ...roomState, channelId: null }));
  client.script('close', () => client.show({ ...idleState, connection: { status: 'closed', problem: null } }));
  const sut = Object.assign(new VoiceApp(), { client });
  const made: FixtureAccounts[] = [];
  sut.createAccounts = (_server, changed) => {
    const accounts = new FixtureAccounts(registration, ADA, changed);
    made.push(accounts);
    return accounts;
  };
  sut.style.width = `${width}px`;
  sut.style.height = '700px';
  await mount(sut);
  const accounts = made[0]!;
  await expect.poll(() => accounts.asked.map(({ path }) => path)).toContain('registration');
  // What the server says of accounts shows in one of these.
  const signs = ['.bar .account', 'voice-sign-in', 'voice-entry >>> .ways', 'voice-entry >>> .who'];
  if (registration !== null) await expect.poll(() => signs.some((sign) => query(sut, sign) !== null)).toBe(true);
  await settled(sut);
  const form = () => find(sut, 'voice-sign-in >>> form', HTMLFormElement);
  const shown = async (tag: string) => {
    await expect.poll(() => query(sut, `${tag} >>> *`)).not.toBeNull();
    await settled(sut);
  };
  const fill = (values: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(values))
      form().querySelector<HTMLInputElement>(`[name=${name}]`)!.value = value;
    form().requestSubmit();
  };
  const button = (path: string, name: string) =>
    [...find(sut, path).shadowRoot!.querySelectorAll('button')].find((each) => words(each) === name)!;
  return { sut, client, accounts, form, fill, shown, button };
}

/** Whom the client came in as. */
async function cameInBy(client: FixtureClient): Promise<unknown> {
  await expect.poll(() => client.of('connect')).toHaveLength(1);
  const [signIn] = client.of('connect')[0] as [SignIn];
  return 'getAccessToken' in signIn ? { ...signIn, token: await signIn.getAccessToken() } : signIn;
}

describe('VoiceApp, accounts', () => {
  it('leaves the door as it is on a server without accounts', async () => {
    const { sut } = await visit({ registration: null });
    expect(query(sut, 'voice-entry >>> .ways')).toBeNull();
    expect(query(sut, 'voice-entry >>> input')).not.toBeNull();
  });

  it('lets guests in by a nickname, with the way to the accounts beside it', async () => {
    const { sut, client } = await visit();
    expect(words(find(sut, 'voice-entry >>> h2'))).toBe('Join Bletchley');
    await sut.join('Grace');
    expect(await cameInBy(client)).toEqual({ type: 'guest', nickname: 'Grace' });
  });

  it('signs in, and says why not', async () => {
    const { sut, client, fill, shown, button } = await visit();
    button('voice-entry', 'Sign in').click();
    await shown('voice-sign-in');
    await expectAccessible(sut);
    fill({ username: 'ada', password: 'wrong' });
    await expect.poll(() => words(find(sut, 'voice-sign-in >>> [role=alert]'))).toContain('was not accepted');
    await settled(sut);
    expect(find(sut, 'voice-sign-in >>> #password').ariaInvalid).toBe('true');
    await expectAccessible(sut);
    fill({ username: 'ada', password: 'right' });
    expect(await cameInBy(client)).toMatchObject({ type: 'access', token: 'token' });
    await expect.poll(() => query(sut, '[part=base]')).not.toBeNull();
    expect(JSON.parse(localStorage.getItem('switchboard.preferences') ?? '')).toMatchObject({ signedIn: true });
  });

  it('says why and until when somebody is banned who signs in', async () => {
    const { fill, shown, sut, button } = await visit();
    button('voice-entry', 'Sign in').click();
    await shown('voice-sign-in');
    fill({ username: 'ada', password: 'banned' });
    await expect.poll(() => words(find(sut, 'voice-sign-in >>> [role=alert]'))).toBe(BANNED);
  });

  it('turns back to the nickname', async () => {
    const { sut, button, shown } = await visit();
    button('voice-entry', 'Sign in').click();
    await shown('voice-sign-in');
    button('voice-sign-in', 'Come in as a guest').click();
    await settled(sut);
    expect(query(sut, 'voice-entry >>> #nickname')).not.toBeNull();
  });

  it('asks who cannot be a guest to sign in at once', async () => {
    const { sut, shown, form } = await visit({ registration: { mode: 'closed', guests: false, name: 'Here' } });
    await shown('voice-sign-in');
    expect(query(sut, 'voice-entry')).toBeNull();
    expect([...form().querySelectorAll('.ways button')].map(words)).toEqual([]);
  });

  it.each([
    ['open', {}, ['password', 'username']],
    ['invite', { invite: 'CODE' }, ['invite', 'password', 'username']],
  ] as const)('makes an account where registration is %s', async (mode, more, fields) => {
    const { accounts, client, fill, form, shown, button } = await visit({ registration: { ...OPEN, mode } });
    button('voice-entry', 'Sign in').click();
    await shown('voice-sign-in');
    button('voice-sign-in', 'Create account').click();
    await expect.poll(() => [...form().querySelectorAll('input')].map(({ name }) => name).sort()).toEqual(fields);
    fill({ username: 'ada', password: 'right', ...more });
    await cameInBy(client);
    expect(accounts.asked.at(-1)).toEqual({
      path: 'register',
      body: { username: 'ada', password: 'right', ...more },
    });
  });

  it('opens an invitation of the address with its code filled in, and forgets it once it is used', async () => {
    const { sut, accounts, client, fill, shown, form } = await visit({
      registration: { ...OPEN, mode: 'invite' },
      hash: '#invite=abc-123',
    });
    await shown('voice-sign-in');
    expect(sut.channel).toBe('');
    expect(form().querySelector<HTMLInputElement>('[name=invite]')!.value).toBe('abc-123');
    await expectAccessible(sut);
    fill({ username: 'ada', password: 'right' });
    await cameInBy(client);
    expect(accounts.asked.at(-1)?.body).toMatchObject({ invite: 'abc-123' });
    expect(location.hash).toBe('');
  });

  it('knows who comes back', async () => {
    const { sut, client, accounts, button } = await visit({ signedIn: true });
    await expect.poll(() => accounts.asked.map(({ path }) => path)).toContain('refresh');
    await expect.poll(() => words(find(sut, 'voice-entry >>> .who'))).toContain('Signed in as Ada Lovelace');
    await expectAccessible(sut);
    expect(query(sut, 'voice-entry >>> #nickname')).toBeNull();
    button('voice-entry', 'Join').click();
    expect(await cameInBy(client)).toMatchObject({ type: 'access', token: 'token' });
  });

  it('keeps the door shut until it is known who comes back', async () => {
    localStorage.setItem('switchboard.preferences', JSON.stringify({ signedIn: true }));
    const held = Promise.withResolvers<undefined>();
    const lock = navigator.locks.request('switchboard-refresh', () => held.promise);
    const sut = new VoiceApp();
    sut.createAccounts = (_server, changed) => new FixtureAccounts(OPEN, ADA, changed);
    await mount(sut);
    expect([query(sut, 'voice-entry >>> #nickname'), find(sut, 'voice-entry >>> button').ariaDisabled]).toEqual([
      null,
      'true',
    ]);
    held.resolve(undefined);
    await lock;
    await expect.poll(() => query(sut, 'voice-entry >>> .who')).not.toBeNull();
    expect(find(sut, 'voice-entry >>> .primary').ariaDisabled).toBe('false');
  });

  it('does not ask for what nobody has left here', async () => {
    const { accounts } = await visit();
    expect(accounts.asked.map(({ path }) => path)).not.toContain('refresh');
  });

  it('signs out at the door', async () => {
    const { sut, accounts, button } = await visit({ signedIn: true });
    await expect.poll(() => query(sut, 'voice-entry >>> .who')).not.toBeNull();
    button('voice-entry', 'Sign out').click();
    await expect.poll(() => query(sut, 'voice-entry >>> #nickname')).not.toBeNull();
    expect(accounts.asked.at(-1)?.path).toBe('logout');
    expect(JSON.parse(localStorage.getItem('switchboard.preferences') ?? '')).toMatchObject({ signedIn: false });
  });

  it('leads who was signed out elsewhere to the form', async () => {
    const { sut, client, accounts, shown } = await visit({ signedIn: true });
    await expect.poll(() => accounts.me).not.toBeNull();
    await sut.join();
    client.show(SCENES.loggedOut);
    await settled(sut);
    expect(accounts.me).toBeNull();
    expect(words(find(sut, 'voice-ended >>> button'))).toBe('Sign in');
    find(sut, 'voice-ended >>> button').click();
    await shown('voice-sign-in');
  });

  it('offers guests who are inside to sign in', async () => {
    const { sut, client, shown } = await visit({ client: new FixtureClient(roomState) });
    find(sut, '.bar .account').click();
    await shown('voice-sign-in');
    expect(client.of('close')).toHaveLength(1);
  });

  describe('the dialog about one’s account', () => {
    async function opened(more: Partial<typeof roomState> = {}, width = 800) {
      const set = await visit({ signedIn: true, width });
      await expect.poll(() => set.accounts.me).not.toBeNull();
      await set.sut.join();
      set.client.show(more);
      await settled(set.sut);
      find(set.sut, '.bar .account').click();
      await expect.poll(() => query(set.sut, 'voice-account >>> dialog[open]')).not.toBeNull();
      const dialog = find(set.sut, 'voice-account >>> dialog', HTMLDialogElement);
      const section = (index: number) => dialog.querySelectorAll('details')[index]!;
      const send = async (index: number, values: Readonly<Record<string, string>>) => {
        section(index).open = true;
        for (const [name, value] of Object.entries(values))
          section(index).querySelector<HTMLInputElement>(`[name=${name}]`)!.value = value;
        section(index).querySelector('form')!.requestSubmit();
        await settled(set.sut);
      };
      return { ...set, dialog, section, send };
    }

    it.each([360, 800])('has no violation at %d px', async (width) => {
      const { sut, section } = await opened({ permissions: [...roomState.permissions, ...MODERATING] }, width);
      for (const index of [0, 1, 2]) {
        section(index).open = true;
        await expectAccessible(sut);
      }
    });

    it('changes the nickname, here and for the visits to come', async () => {
      const { client, accounts, send } = await opened();
      await send(0, { nickname: 'Countess' });
      await expect.poll(() => client.of('setNickname')).toEqual([['Countess']]);
      expect(accounts.me?.nickname).toBe('Countess');
    });

    it('changes the password', async () => {
      const { accounts, send, section } = await opened();
      await send(1, { current: 'right', next: 'correct horse' });
      await expect.poll(() => words(section(1).querySelector('[role=status]')!)).toContain('is changed');
      expect(accounts.asked.at(-1)).toEqual({ path: 'password', body: { current: 'right', next: 'correct horse' } });
    });

    it('deletes the account only with the password', async () => {
      const { accounts, send, section } = await opened();
      await send(2, { confirm: 'wrong' });
      await expect.poll(() => words(section(2).querySelector('[role=alert]')!)).toContain('was not accepted');
      expect(accounts.me).not.toBeNull();
      await send(2, { confirm: 'right' });
      await expect.poll(() => accounts.me).toBeNull();
    });

    it('leads those to the dashboard who manage something', async () => {
      const member = await opened();
      expect(member.dialog.querySelector('a')).toBeNull();
      const moderator = await opened({ permissions: ['audit.read'] });
      expect(moderator.dialog.querySelector('a')?.pathname).toBe('/admin/');
    });

    it('signs out', async () => {
      const { sut, client, accounts, button } = await opened();
      button('voice-account', 'Sign out').click();
      await expect.poll(() => accounts.me).toBeNull();
      expect(client.of('close')).toHaveLength(1);
      await settled(sut);
      expect(query(sut, 'voice-entry >>> #nickname')).not.toBeNull();
    });
  });
});

describe('inviteOf', () => {
  it.each([
    ['/#invite=abc', 'abc'],
    ['/#Lobby', ''],
    ['/?invite=abc', ''],
  ])('of %s is %j', (address, code) => {
    expect(inviteOf(new URL(address, 'https://example.org'))).toBe(code);
  });
});
