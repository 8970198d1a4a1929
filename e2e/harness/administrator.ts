import { vi } from 'vitest';
import { RestClient } from '../../server/security/testing/rest-client.ts';
import type { BrowserPerson } from './browser.ts';
import type { TestServer } from './server.ts';

/** Of every account of these tests. */
export const PASSWORD = 'a lantern over the harbour';
const SETUP_LINK = /http\S+\/admin\/#setup=\S+/;
/** It prints once it listens: there is little to wait for. */
const PRINT_LIMIT_MS = 20_000;

interface Item {
  readonly id: string;
  readonly name: string;
}

interface ChannelItem extends Item {
  readonly serverId: string;
}

/** What a channel allows and denies to a role, by its name. */
export interface Rule {
  readonly role: string;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** The address that the server prints at its start while it has no administrator. */
export function setupLink(server: TestServer): Promise<string> {
  return vi.waitFor(
    () => {
      const [link] = SETUP_LINK.exec(server.log.join('\n')) ?? [];
      if (link === undefined) throw new Error('the server has printed no set-up link');
      return link;
    },
    { timeout: PRINT_LIMIT_MS },
  );
}

/** Who set the server up, by the REST API. */
export class Administrator {
  readonly rest: RestClient;

  private constructor(rest: RestClient) {
    this.rest = rest;
  }

  /** Makes the first account, `root`. */
  static async appoint(server: TestServer): Promise<Administrator> {
    const nobody = new RestClient(server.url);
    const code = new URL(await setupLink(server)).hash.replace('#setup=', '');
    const body = { code, username: 'root', password: PASSWORD, cookie: false };
    const { accessToken } = await nobody.made<{ accessToken: string }>(nobody.post('/auth/setup', body));
    return new Administrator(nobody.as(accessToken));
  }

  async roleId(name: string): Promise<string> {
    return idOf(name, await this.rest.made<{ items: Item[] }>(this.rest.get('/roles')));
  }

  async channelId(name: string): Promise<string> {
    return idOf(name, await this.rest.made<{ items: Item[] }>(this.rest.get('/channels')));
  }

  /** Makes an account with these roles besides Member, as by invitation; resolves with its id. */
  async account(username: string, ...roles: readonly string[]): Promise<string> {
    const roleIds = await Promise.all(roles.map((name) => this.roleId(name)));
    const { code } = await this.rest.made<{ code: string }>(this.rest.post('/invites', { roleIds }));
    const body = { username, password: PASSWORD, invite: code, cookie: false };
    const registered = this.rest.as(undefined).post('/auth/register', body);
    return (await this.rest.made<{ user: { id: string } }>(registered)).user.id;
  }

  /** Makes a room beside the first one; resolves with its id. */
  async room(name: string, settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { items } = await this.rest.made<{ items: ChannelItem[] }>(this.rest.get('/channels'));
    const made = this.rest.post('/channels', { ...settings, serverId: items[0]?.serverId, name });
    return (await this.rest.made<Item>(made)).id;
  }

  /** Replaces the rules of a room. */
  async setRules(channelId: string, rules: readonly Rule[]): Promise<void> {
    const items = await Promise.all(
      rules.map(async ({ role, allow = [], deny = [] }) => ({ roleId: await this.roleId(role), allow, deny })),
    );
    await this.rest.made(this.rest.put(`/channels/${channelId}/rules`, { items }));
  }
}

/** Signs in with an account in the room app, by the controls that people use. */
export async function tryToSignIn({ page }: BrowserPerson, serverUrl: string, username: string): Promise<void> {
  await page.goto(`${serverUrl}/`);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const form = page.locator('voice-sign-in');
  await form.getByLabel('Username').fill(username);
  await form.getByLabel('Password').fill(PASSWORD);
  await form.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** The same, and waits until one is in. */
export async function signIn(person: BrowserPerson, serverUrl: string, username: string): Promise<void> {
  await tryToSignIn(person, serverUrl, username);
  await person.page.getByRole('tree').waitFor();
}

function idOf(name: string, { items }: { readonly items: readonly Item[] }): string {
  const found = items.find((item) => item.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found.id;
}
