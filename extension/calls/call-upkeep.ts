import * as vscode from 'vscode';
import { talkKeySentence } from '../talk-key/talk-key-sentences.ts';
import type { TalkKey } from '../talk-key/talk-key.ts';
import { ActivationSetting, type ActivationMode } from './activation-setting.ts';
import type { Calls, CallState } from './calls.ts';
import { changedKeys, contextKeys, type ContextKeys } from './context-keys.ts';
import { onCallChange, type Closable } from './follow-call.ts';
import { HoldToTalk } from './hold-to-talk.ts';
import { keepLastRoom, type WorkspaceMemory } from './last-room.ts';
import type { TalkSwitch } from './talk-switch.ts';

export interface CallUpkeepOptions {
  readonly calls: Calls;
  readonly talk: TalkSwitch;
  readonly talkKey: TalkKey;
  readonly workspaceState: WorkspaceMemory;
  readonly log: vscode.LogOutputChannel;
}

/** What goes along with every call: context keys, the talk key, the setting of when one is heard, the last room. */
export class CallUpkeep implements Closable {
  readonly #options: CallUpkeepOptions;
  readonly #holdToTalk: HoldToTalk;
  readonly #activation: ActivationSetting;
  readonly #disposables: readonly Closable[];
  #keys: ContextKeys | undefined;
  #call: CallState;

  constructor(options: CallUpkeepOptions) {
    this.#options = options;
    const { calls, talk, talkKey, log } = options;
    this.#activation = new ActivationSetting(readMode, (mode) => {
      settings()
        .update('activation', mode, vscode.ConfigurationTarget.Global)
        .then(undefined, (error: unknown) => {
          log.warn(`The setting switchboard.activation could not be written: ${String(error)}`);
        });
    });
    this.#holdToTalk = new HoldToTalk({
      talkKey,
      talk,
      key: () => settings().get('talkKey', ''),
      unavailable: (problem, key, detail) => {
        log.warn(`The talk key ${key} cannot be held: ${problem} ${detail}`);
        void this.#tellUseless(talkKeySentence(problem, key));
      },
    });
    this.#call = calls.state;
    this.#disposables = [
      onCallChange(calls, (call) => this.#follow(call)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('switchboard.activation')) this.#applyActivation();
        if (change.affectsConfiguration('switchboard.talkKey')) this.#holdToTalk.follow(calls.state);
      }),
    ];
    this.#follow(calls.state);
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#holdToTalk.close();
  }

  #follow(call: CallState): void {
    const before = this.#call;
    this.#call = call;
    if (call !== before && call.status === 'open') this.#applyActivation();
    else if (call.status === 'open') this.#activation.follow(call.client);
    this.#options.talk.follow();
    this.#holdToTalk.follow(call);
    this.#tellKeys(call);
    if (call.status === 'open') this.#remember(call);
    // Not when the window closes: then nothing is told any more.
    else if (call.status === 'none' && before.status !== 'none') this.#keep(undefined);
  }

  #applyActivation(): void {
    const { state } = this.#options.calls;
    if (state.status === 'open') this.#activation.apply(state.client);
  }

  #tellKeys(call: CallState): void {
    const keys = contextKeys(call);
    for (const key of changedKeys(this.#keys, keys))
      void vscode.commands.executeCommand('setContext', `switchboard.${key}`, keys[key]);
    this.#keys = keys;
  }

  #remember({ bookmark, client }: Extract<CallState, { status: 'open' }>): void {
    const { channelId, connection } = client.state;
    if (connection.status !== 'ready') return;
    this.#keep(channelId === null ? undefined : { bookmarkId: bookmark.id, channelId });
  }

  #keep(room: Parameters<typeof keepLastRoom>[1]): void {
    const { workspaceState, log } = this.#options;
    keepLastRoom(workspaceState, room).catch((error: unknown) => {
      log.warn(`The last room could not be remembered: ${String(error)}`);
    });
  }

  async #tellUseless(sentence: string): Promise<void> {
    const choose = vscode.l10n.t('Open Settings');
    if ((await vscode.window.showWarningMessage(sentence, choose)) === choose)
      await vscode.commands.executeCommand('workbench.action.openSettings', 'switchboard.talkKey');
  }
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('switchboard');
}

function readMode(): ActivationMode {
  return settings().get<string>('activation', 'voice') === 'push-to-talk' ? 'push-to-talk' : 'voice';
}
