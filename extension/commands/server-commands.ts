import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import { connected } from '../calls/connected.ts';
import type { Problems } from '../notifications/problems.ts';
import { withoutIcons } from '../notifications/plain-text.ts';
import type { Bookmark } from '../servers/bookmark.ts';
import type { Bookmarks } from '../servers/bookmarks.ts';
import { askServer, findServer, type FoundServer } from '../servers/find-server.ts';
import { addressCandidates } from '../servers/server-address.ts';
import { askAddress, askForTrust, askName, askNickname, askUnencrypted } from '../servers/server-forms.ts';
import type { ServerSecrets } from '../servers/server-secrets.ts';
import type { SignInForm } from '../servers/sign-in-form.ts';
import { isTreeNode } from '../tree/tree-node.ts';
import type { VoiceCommands } from './command-ids.ts';

const { t } = vscode.l10n;

export interface ServerCommandsOptions {
  readonly bookmarks: Bookmarks;
  readonly secrets: ServerSecrets;
  readonly signInForm: SignInForm;
  readonly calls: Calls;
  readonly problems: Problems;
  readonly newId: () => string;
  /** Goes into a room of the server that one is connected with. */
  readonly join: (channelId: string) => Promise<void>;
  /** What the system calls the person: a proposal for the nickname. */
  readonly systemName: () => string;
}

type ServerCommandId =
  | 'addServer'
  | 'connect'
  | 'disconnect'
  | 'editServer'
  | 'moveServerUp'
  | 'moveServerDown'
  | 'removeServer'
  | 'signIn'
  | 'signOut'
  | 'openInBrowser'
  | 'retryNow';

/** The list of servers, and coming in and going out. */
export class ServerCommands implements Pick<VoiceCommands, ServerCommandId> {
  readonly #options: ServerCommandsOptions;

  constructor(options: ServerCommandsOptions) {
    this.#options = options;
  }

  /** @param argument an address to begin with, where there is one */
  readonly addServer = async (argument?: unknown): Promise<void> => {
    const bookmark = await this.add(typeof argument === 'string' ? argument : undefined);
    if (bookmark !== undefined) await this.connectTo(bookmark);
  };

  readonly connect = async (argument?: unknown): Promise<void> => {
    const { bookmarks } = this.#options;
    if (argument === undefined && bookmarks.all.length === 0) {
      await this.addServer();
      return;
    }
    const bookmark = await this.#choose(argument, t('Connect with…'));
    if (bookmark !== undefined) await this.connectTo(bookmark);
  };

  readonly disconnect = (): Promise<void> => this.#options.calls.disconnect();

  readonly retryNow = async (): Promise<void> => {
    const { state } = this.#options.calls;
    if (state.status === 'open' || state.status === 'connecting') state.client.retryNow();
    else if (state.status === 'ended') await this.connectTo(state.bookmark);
  };

  readonly editServer = async (argument?: unknown): Promise<void> => {
    const bookmark = await this.#choose(argument, t('Edit Server'));
    if (bookmark === undefined) return;
    const fields = [
      { label: t('Name'), description: withoutIcons(bookmark.name), edit: () => this.#rename(bookmark) },
      {
        label: t('Nickname'),
        description: withoutIcons(bookmark.nickname),
        edit: () => this.#changeNickname(bookmark),
      },
      { label: t('Address'), description: bookmark.address, edit: () => this.#changeAddress(bookmark) },
    ];
    const chosen = await vscode.window.showQuickPick(fields, { title: t('Edit {0}', withoutIcons(bookmark.name)) });
    await chosen?.edit();
  };

  readonly moveServerUp = (argument?: unknown): Promise<void> => this.#move(argument, -1);
  readonly moveServerDown = (argument?: unknown): Promise<void> => this.#move(argument, 1);

  readonly removeServer = async (argument?: unknown): Promise<void> => {
    const { bookmarks, secrets } = this.#options;
    const bookmark = await this.#choose(argument, t('Remove Server'));
    if (bookmark === undefined) return;
    const remove = t('Remove');
    const chosen = await vscode.window.showWarningMessage(
      t('Remove {0} from the list?', bookmark.name),
      { modal: true, detail: t('You are signed out there, and this editor forgets who you were as a guest.') },
      remove,
    );
    if (chosen !== remove) return;
    await this.#hangUp(bookmark);
    if (bookmark.signIn.type === 'account') await this.#options.signInForm.signOut(bookmark);
    await secrets.forget(bookmark.id);
    await bookmarks.remove(bookmark.id);
  };

  readonly signIn = async (argument?: unknown): Promise<void> => {
    const { signInForm, join } = this.#options;
    const bookmark = await this.#choose(argument, t('Sign In on…'));
    if (bookmark === undefined) return;
    await this.#attempt(bookmark, async () => {
      const signedIn = await signInForm.show(bookmark);
      if (signedIn === undefined) return;
      const channelId = this.#roomOn(bookmark);
      // As somebody else one stays where one is.
      if ((await this.connectTo(signedIn)) && channelId !== null) await join(channelId);
    });
  };

  readonly signOut = async (argument?: unknown): Promise<void> => {
    const { signInForm } = this.#options;
    const bookmark = await this.#choose(argument, t('Sign Out of…'), ({ signIn }) => signIn.type === 'account');
    if (bookmark === undefined) return;
    // First, so that it is not told as the end of a log-in.
    await this.#hangUp(bookmark);
    await this.#attempt(bookmark, () => signInForm.signOut(bookmark));
  };

  readonly openInBrowser = async (argument?: unknown): Promise<void> => {
    const bookmark = await this.#choose(argument ?? this.#current, t('Open in the Browser'));
    if (bookmark !== undefined) await vscode.env.openExternal(vscode.Uri.parse(bookmark.address));
  };

  /** Asks the server for its certificate, and the person whether to believe it; then connects. */
  readonly trust = async (bookmark: Bookmark): Promise<void> => {
    await this.#attempt(bookmark, async () => {
      const channelId = this.#roomOn(bookmark);
      const { fingerprint } = await askServer(new URL(bookmark.address), askForTrust, bookmark.fingerprint);
      const trusted = await this.#options.bookmarks.update(
        bookmark.id,
        fingerprint === undefined ? {} : { fingerprint },
      );
      if (trusted !== undefined && (await this.connectTo(trusted)) && channelId !== null)
        await this.#options.join(channelId);
    });
  };

  /** @returns whether it worked; the failure shows in the state of the call, from where it is told */
  async connectTo(bookmark: Bookmark): Promise<boolean> {
    const { calls } = this.#options;
    const { state } = calls;
    if ((state.status === 'open' || state.status === 'connecting') && sameLine(state.bookmark, bookmark))
      return connected(calls);
    try {
      await calls.connect(bookmark);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Asks for a server that is not in the list, and puts it there.
   * @param address instead of asking for it
   * @returns the one that is there already, if there is one; undefined where the person turned away
   */
  async add(address?: string): Promise<Bookmark | undefined> {
    const { bookmarks, newId, systemName, problems, signInForm } = this.#options;
    const typed = address ?? (await askAddress());
    if (typed === undefined) return undefined;
    let found: FoundServer;
    try {
      found = await this.#find(typed);
    } catch (error) {
      problems.show(error);
      return undefined;
    }
    const there = bookmarks.findByAddress(found.address.origin);
    if (there !== undefined) return there;
    if (!(await askUnencrypted(found.address))) return undefined;
    const nickname = found.guests ? await askNickname(found.address.host, systemName()) : '';
    if (nickname === undefined) return undefined;
    const { fingerprint, name } = found;
    const bookmark: Bookmark = {
      id: newId(),
      address: found.address.origin,
      name,
      nickname,
      signIn: { type: 'guest' },
      ...(fingerprint === undefined ? {} : { fingerprint }),
    };
    await bookmarks.add(bookmark);
    if (found.guests) return bookmark;
    // What fails is told with a way to try again: then the server stays in the list.
    return this.#attempt(bookmark, async () => {
      const signedIn = await signInForm.show(bookmark);
      if (signedIn === undefined) await bookmarks.remove(bookmark.id);
      return signedIn;
    });
  }

  #find(address: string): Promise<FoundServer> {
    const options = { location: vscode.ProgressLocation.Window, title: t('Looking for the server…') };
    return Promise.resolve(
      vscode.window.withProgress(options, () => findServer(addressCandidates(address), askForTrust)),
    );
  }

  async #rename({ id, name }: Bookmark): Promise<void> {
    const typed = await askName(name);
    if (typed !== undefined) await this.#options.bookmarks.update(id, { name: typed.trim() });
  }

  async #changeNickname(bookmark: Bookmark): Promise<void> {
    const { bookmarks, calls } = this.#options;
    const nickname = await askNickname(new URL(bookmark.address).host, bookmark.nickname);
    if (nickname === undefined) return;
    const { state } = calls;
    await this.#attempt(bookmark, async () => {
      if (state.status === 'open' && state.bookmark.id === bookmark.id) await state.client.setNickname(nickname);
      await bookmarks.update(bookmark.id, { nickname });
    });
  }

  /** Another server: what is secret to this one is not shown to that. */
  async #changeAddress(bookmark: Bookmark): Promise<void> {
    const { bookmarks, secrets } = this.#options;
    const typed = await askAddress(bookmark.address);
    if (typed === undefined) return;
    await this.#attempt(bookmark, async () => {
      const { address, fingerprint } = await this.#find(typed);
      if (address.origin !== bookmark.address && !(await askUnencrypted(address))) return;
      await this.#hangUp(bookmark);
      if (address.origin !== bookmark.address) await secrets.forget(bookmark.id);
      const { fingerprint: _before, ...rest } = bookmark;
      await bookmarks.replace({
        ...rest,
        address: address.origin,
        signIn: address.origin === bookmark.address ? bookmark.signIn : { type: 'guest' },
        ...(fingerprint === undefined ? {} : { fingerprint }),
      });
    });
  }

  async #move(argument: unknown, by: -1 | 1): Promise<void> {
    if (isTreeNode(argument) && argument.kind === 'bookmark')
      await this.#options.bookmarks.move(argument.bookmarkId, by);
  }

  /** From a line of the tree, or an id; else the person chooses, where there is a choice. */
  async #choose(
    argument: unknown,
    title: string,
    suits: (bookmark: Bookmark) => boolean = () => true,
  ): Promise<Bookmark | undefined> {
    const { bookmarks } = this.#options;
    if (isTreeNode(argument)) return argument.kind === 'bookmark' ? bookmarks.find(argument.bookmarkId) : undefined;
    if (typeof argument === 'string') return bookmarks.find(argument);
    const all = bookmarks.all.filter(suits);
    if (all.length < 2) return all[0];
    const items = all.map((bookmark) => ({
      label: withoutIcons(bookmark.name),
      description: new URL(bookmark.address).host,
      bookmark,
    }));
    return (await vscode.window.showQuickPick(items, { title }))?.bookmark;
  }

  get #current(): string | undefined {
    const { state } = this.#options.calls;
    return state.status === 'none' ? undefined : state.bookmark.id;
  }

  #roomOn({ id }: Bookmark): string | null {
    const { state } = this.#options.calls;
    return state.status === 'open' && state.bookmark.id === id ? state.client.state.channelId : null;
  }

  async #hangUp({ id }: Bookmark): Promise<void> {
    if (this.#current === id) await this.#options.calls.disconnect();
  }

  async #attempt<T>(bookmark: Bookmark, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      this.#options.problems.show(error, bookmark);
      return undefined;
    }
  }
}

/** Whether connecting anew would change anything. */
function sameLine(before: Bookmark, after: Bookmark): boolean {
  return JSON.stringify({ ...before, name: '' }) === JSON.stringify({ ...after, name: '' });
}
