import { randomBytes } from 'node:crypto';
import type { Clock } from '@switchboard/client';
import type { Message } from '@switchboard/protocol';
import * as vscode from 'vscode';
import type { CallState, Calls } from '../calls/calls.ts';
import { panelPage } from './panel-page.ts';
import { PanelLink } from './panel-link.ts';
import type { Act } from './panel-messages.ts';

export interface RoomPanelOptions {
  /** Where the extension is installed. */
  readonly extensionUri: vscode.Uri;
  readonly calls: Calls;
  readonly clock: Clock;
  /** Shows the code of a message where it belongs. */
  readonly openCode?: (message: Message) => void;
  readonly log: (text: string) => void;
}

/** The room view: the chat, the people, the plugins and the settings of the call, in the side bar or the panel. */
export class RoomPanel implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: RoomPanelOptions;
  readonly #link: PanelLink;
  readonly #whileThere: vscode.Disposable;
  #view: vscode.WebviewView | null = null;

  constructor(options: RoomPanelOptions) {
    this.#options = options;
    const { calls, clock, log } = options;
    this.#link = new PanelLink(calls, clock, {
      act: (act, call) => this.#act(act, call),
      // Asks first, as for every link in the editor.
      openLink: (href) => void vscode.env.openExternal(vscode.Uri.parse(href, true)),
      openCode: (message) => options.openCode?.(message),
      changed: () => this.#label(),
      log,
    });
    this.#link.focus(vscode.window.state.focused);
    this.#whileThere = vscode.window.onDidChangeWindowState(({ focused }) => this.#link.focus(focused));
  }

  /** What comes into the chat is in sight. */
  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  /** Messages of others that have not been seen. */
  get unread(): number {
    return this.#link.unread;
  }

  async showChat(): Promise<void> {
    this.#link.show('chat');
    await vscode.commands.executeCommand('switchboard.room.focus');
  }

  async showPlugins(): Promise<void> {
    this.#link.show('plugins');
    await vscode.commands.executeCommand('switchboard.room.focus');
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const root = vscode.Uri.joinPath(this.#options.extensionUri, 'dist', 'room-panel');
    const { webview } = view;
    const subscriptions = [
      webview.onDidReceiveMessage((message: unknown) => this.#link.receive(message)),
      view.onDidChangeVisibility(() => {
        if (!view.visible) this.#link.hide();
      }),
    ];
    view.onDidDispose(() => {
      for (const subscription of subscriptions) subscription.dispose();
      if (this.#view !== view) return;
      this.#view = null;
      this.#link.detach();
    });
    this.#link.attach((message) => void webview.postMessage(message));
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    webview.html = panelPage({
      script: webview.asWebviewUri(vscode.Uri.joinPath(root, 'page.js')).toString(),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      language: vscode.env.language,
    });
    this.#label();
  }

  dispose(): void {
    this.#whileThere.dispose();
    this.#link.close();
  }

  #label(): void {
    const view = this.#view;
    if (view === null) return;
    const { state } = this.#options.calls;
    const server = state.status === 'none' ? '' : state.bookmark.name;
    const room = state.status === 'open' ? roomOf(state) : undefined;
    const title = room ?? vscode.l10n.t('Room');
    if (view.title !== title) view.title = title;
    if (view.description !== server) view.description = server;
    if ((view.badge?.value ?? 0) === this.unread) return;
    view.badge =
      this.unread === 0
        ? undefined
        : { value: this.unread, tooltip: vscode.l10n.t('Unread messages: {0}', this.unread) };
  }

  #act(act: Act, call: CallState): void {
    const id = call.status === 'none' ? undefined : call.bookmark.id;
    const [command, ...given] = {
      choose: ['switchboard.connect'],
      again: ['switchboard.connect', id],
      signIn: ['switchboard.signIn', id],
      hangUp: ['switchboard.disconnect'],
    }[act];
    if (command !== undefined) void vscode.commands.executeCommand(command, ...given);
  }
}

function roomOf({ client }: Extract<CallState, { readonly status: 'open' }>): string | undefined {
  const { channels, channelId } = client.state;
  return channels.find(({ id }) => id === channelId)?.name;
}
