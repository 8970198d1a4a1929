import * as vscode from 'vscode';
import type { AudioDevice, VoiceClientApi } from '@switchboard/client';
import type { Calls } from '../calls/calls.ts';
import type { TalkSwitch } from '../calls/talk-switch.ts';
import type { Problems } from '../notifications/problems.ts';
import type { VoiceCommands } from './command-ids.ts';
import { pickDevice } from './device-picker.ts';

type OwnVoiceCommandId =
  | 'toggleMute'
  | 'mute'
  | 'unmute'
  | 'toggleDeafen'
  | 'deafen'
  | 'undeafen'
  | 'toggleTalk'
  | 'selectMicrophone'
  | 'selectSpeaker'
  | 'echoTest';

/** What one does with one's own microphone and ears. */
export class OwnVoiceCommands implements Pick<VoiceCommands, OwnVoiceCommandId> {
  readonly #calls: Calls;
  readonly #talk: TalkSwitch;
  readonly #problems: Problems;
  readonly #connect: () => Promise<void>;

  constructor(calls: Calls, talk: TalkSwitch, problems: Problems, connect: () => Promise<void>) {
    this.#calls = calls;
    this.#talk = talk;
    this.#problems = problems;
    this.#connect = connect;
  }

  readonly mute = (): void => this.#client?.setMuted(true);
  readonly unmute = (): void => this.#client?.setMuted(false);
  readonly toggleMute = (): void => this.#client?.setMuted(!this.#client.state.muted);
  readonly deafen = (): void => this.#client?.setDeafened(true);
  readonly undeafen = (): void => this.#client?.setDeafened(false);
  readonly toggleDeafen = (): void => this.#client?.setDeafened(!this.#client.state.deafened);

  /** For whom no key can be held; told, as nothing else shows it before one speaks. */
  readonly toggleTalk = (): void => {
    if (this.#client === undefined) return;
    const words = this.#talk.toggle()
      ? vscode.l10n.t('The room hears you now.')
      : vscode.l10n.t('The room does not hear you now.');
    vscode.window.setStatusBarMessage(`$(megaphone) ${words}`, 3_000);
  };

  readonly selectMicrophone = (): Promise<void> => this.#pick('microphone');
  readonly selectSpeaker = (): Promise<void> => this.#pick('speaker');

  /** Begins it, and ends it where it is on. */
  readonly echoTest = (): Promise<void> =>
    this.#attempt(async (client) => {
      if (client.state.echoTest) client.stopEchoTest();
      else await client.startEchoTest();
    });

  #pick(kind: AudioDevice['kind']): Promise<void> {
    return this.#attempt((client) => pickDevice(client, kind));
  }

  /** Sound comes with a call. */
  async #attempt(act: (client: VoiceClientApi) => Promise<void>): Promise<void> {
    if (this.#client === undefined) await this.#connect();
    const client = this.#client;
    if (client === undefined) return;
    try {
      await act(client);
    } catch (error) {
      this.#problems.show(error);
    }
  }

  get #client(): VoiceClientApi | undefined {
    const { state } = this.#calls;
    return state.status === 'open' ? state.client : undefined;
  }
}
