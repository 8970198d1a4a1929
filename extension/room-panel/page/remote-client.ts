import type {
  BanTerms,
  ClientState,
  PluginInspection,
  PluginLogLine,
  SignIn,
  TemporaryChannel,
  VoiceClientApi,
  WhisperAudience,
} from '@switchboard/client';
import {
  channel,
  SwitchboardError,
  type Channel,
  type MessageCode,
  type PluginConfig,
  type PluginConsent,
} from '@switchboard/protocol';
import * as v from 'valibot';
import type { ClientMethod } from '../client-calls.ts';
import type { HostMessage, PageMessage } from '../panel-messages.ts';
import { patched, type StatePatch } from '../state-patch.ts';
import { packageBytes, pluginInspection, pluginLog } from './plugin-answers.ts';

type Activation = ClientState['activation'];
type Outcome = Extract<HostMessage, { readonly type: 'answer' }>['outcome'];

interface Wish {
  readonly callId: number;
  /** The state as it will be. */
  readonly fulfil: (state: ClientState) => ClientState;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SwitchboardError) => void;
}

/**
 * The client of the extension's host, as the room view sees it: its state as far as it has been told, its methods as messages. Who comes in, and
 * by which secret, is decided in the host: `connect` and `close` are refused here.
 */
export class RemoteClient implements VoiceClientApi {
  readonly #number: number;
  readonly #post: (message: PageMessage) => void;
  readonly #listeners = new Set<(state: ClientState) => void>();
  readonly #levelListeners = new Set<(dbfs: number) => void>();
  readonly #pending = new Map<number, Pending>();
  /** What sliders have asked for and was not answered yet: they must not jump back under the pointer. */
  readonly #wishes = new Map<string, Wish>();
  #told: ClientState;
  #state: ClientState;
  #lastId = 0;
  #closed = false;

  /** @param number of the client in the host */
  constructor(number: number, state: ClientState, post: (message: PageMessage) => void) {
    this.#number = number;
    this.#told = state;
    this.#state = state;
    this.#post = post;
  }

  get number(): number {
    return this.#number;
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The host tells what has changed. */
  patch(patch: StatePatch): void {
    this.#told = patched(this.#told, patch);
    this.#show();
  }

  level(dbfs: number): void {
    for (const listener of [...this.#levelListeners]) listener(dbfs);
  }

  /** The host has done, or refused, what it was asked for. */
  answer(id: number, outcome: Outcome): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (outcome.ok) pending?.resolve(outcome.value);
    else {
      const { code, message, field, retryAfterMs } = outcome.problem;
      const details = {
        ...(field === undefined ? {} : { field }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      };
      pending?.reject(new SwitchboardError(code, message, details));
    }
  }

  /** The host has this client no more: nothing will be answered. */
  end(): void {
    this.#closed = true;
    for (const { reject } of this.#pending.values()) reject(new SwitchboardError('client.closed'));
    this.#pending.clear();
  }

  subscribe(listener: (state: ClientState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onLevel(listener: (dbfs: number) => void): () => void {
    this.#levelListeners.add(listener);
    if (this.#levelListeners.size === 1) this.#post({ type: 'meter', on: true });
    return () => {
      if (this.#levelListeners.delete(listener) && this.#levelListeners.size === 0)
        this.#post({ type: 'meter', on: false });
    };
  }

  connect(_signIn: SignIn): Promise<void> {
    return Promise.reject(new SwitchboardError('access.denied'));
  }

  close(): Promise<void> {
    return Promise.reject(new SwitchboardError('access.denied'));
  }

  /** The editor knows where one is, and tells it itself. */
  sharePlace(): void {
    return;
  }

  retryNow = (): void => this.#tell('retryNow');
  join = (channelId: string, password?: string): Promise<void> => this.#ask('join', channelId, password);
  leave = (): Promise<void> => this.#ask('leave');
  createTemporaryChannel = (made: TemporaryChannel): Promise<Channel> =>
    this.#answered(channel, 'createTemporaryChannel', made);
  muteMember = (memberId: string, muted: boolean): Promise<void> => this.#ask('muteMember', memberId, muted);
  deafenMember = (memberId: string, deafened: boolean): Promise<void> => this.#ask('deafenMember', memberId, deafened);
  moveMember = (memberId: string, channelId: string): Promise<void> => this.#ask('moveMember', memberId, channelId);
  kickMember = (memberId: string, reason?: string): Promise<void> => this.#ask('kickMember', memberId, reason);
  banMember = (memberId: string, terms?: BanTerms): Promise<void> => this.#ask('banMember', memberId, terms);
  dismissNotice = (): void => this.#tell('dismissNotice');
  setMuted = (muted: boolean): void => this.#tell('setMuted', muted);
  setDeafened = (deafened: boolean): void => this.#tell('setDeafened', deafened);
  setNickname = (nickname: string): Promise<void> => this.#ask('setNickname', nickname);
  setStatus = (status: string): Promise<void> => this.#ask('setStatus', status);
  setTalking = (pressed: boolean): void => this.#tell('setTalking', pressed);
  setTyping = (typing: boolean): void => this.#tell('setTyping', typing);
  startWhisper = (audience: WhisperAudience): Promise<void> => this.#ask('startWhisper', audience);
  stopWhisper = (): void => this.#tell('stopWhisper');
  useMicrophone = (deviceId: string | null): Promise<void> => this.#ask('useMicrophone', deviceId);
  useSpeaker = (deviceId: string | null): Promise<void> => this.#ask('useSpeaker', deviceId);
  refreshDevices = (): Promise<void> => this.#ask('refreshDevices');
  startEchoTest = (): Promise<void> => this.#ask('startEchoTest');
  stopEchoTest = (): void => this.#tell('stopEchoTest');
  fetchPlugin = (pluginId: string): Promise<Uint8Array> => this.#answered(packageBytes, 'fetchPlugin', pluginId);
  inspectPlugin = (pluginPackage: Uint8Array): Promise<PluginInspection> =>
    this.#answered(pluginInspection, 'inspectPlugin', pluginPackage);
  installPlugin = (
    pluginPackage: Uint8Array,
    agreed: readonly PluginConsent[],
    origin: 'file' | 'server',
  ): Promise<void> => this.#ask('installPlugin', pluginPackage, agreed, origin);
  removePlugin = (pluginId: string): Promise<void> => this.#ask('removePlugin', pluginId);
  setPluginEnabled = (pluginId: string, enabled: boolean): Promise<void> =>
    this.#ask('setPluginEnabled', pluginId, enabled);
  movePlugin = (pluginId: string, index: number): Promise<void> => this.#ask('movePlugin', pluginId, index);
  configurePlugin = (pluginId: string, config: PluginConfig): Promise<void> =>
    this.#ask('configurePlugin', pluginId, config);
  pluginLog = (pluginId: string): Promise<readonly PluginLogLine[]> => this.#answered(pluginLog, 'pluginLog', pluginId);
  pluginReadme = (pluginId: string): Promise<string> => this.#answered(v.string(), 'pluginReadme', pluginId);
  invokeCommand = (name: string, args: string): Promise<void> => this.#ask('invokeCommand', name, args);
  sendMessage = (text: string, code?: MessageCode): Promise<void> => this.#ask('sendMessage', text, code);
  retryMessage = (nonce: string): Promise<void> => this.#ask('retryMessage', nonce);
  editMessage = (messageId: string, text: string): Promise<void> => this.#ask('editMessage', messageId, text);
  deleteMessage = (messageId: string): Promise<void> => this.#ask('deleteMessage', messageId);
  loadOlderMessages = (): Promise<void> => this.#ask('loadOlderMessages');
  typing = (): void => this.#tell('typing');

  setActivation = (activation: Activation): void =>
    this.#wish('activation', 'setActivation', [activation], (state) => ({ ...state, activation }));
  setVolume = (userId: string, gain: number): void =>
    this.#wish(`volume:${userId}`, 'setVolume', [userId, gain], (state) => ({
      ...state,
      volumes: { ...state.volumes, [userId]: gain },
    }));

  #tell(method: ClientMethod, ...given: readonly unknown[]): void {
    if (!this.#closed) this.#post({ type: 'call', client: this.#number, id: null, method, args: [...given] });
  }

  async #ask(method: ClientMethod, ...given: readonly unknown[]): Promise<void> {
    await this.#call(method, given);
  }

  /** What the host has answered, if it is that. */
  async #answered<T>(
    schema: v.GenericSchema<unknown, T>,
    method: ClientMethod,
    ...given: readonly unknown[]
  ): Promise<T> {
    const { success, output } = v.safeParse(schema, await this.#call(method, given));
    if (!success) throw new SwitchboardError('client.invalid_server_message');
    return output;
  }

  #call(method: ClientMethod, given: readonly unknown[]): Promise<unknown> {
    if (this.#closed) return Promise.reject(new SwitchboardError('client.closed'));
    const id = ++this.#lastId;
    const args = given.slice(0, given.findLastIndex((one) => one !== undefined) + 1);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#post({ type: 'call', client: this.#number, id, method, args });
    });
  }

  /** Shows what was asked for as if it were done already, until the host has answered. */
  #wish(what: string, method: ClientMethod, given: readonly unknown[], fulfil: Wish['fulfil']): void {
    const done = this.#call(method, given);
    const callId = this.#lastId;
    this.#wishes.set(what, { callId, fulfil });
    this.#show();
    // From now on the host's word holds, unless another wish is on its way.
    const settled = (): void => {
      if (this.#wishes.get(what)?.callId !== callId) return;
      this.#wishes.delete(what);
      this.#show();
    };
    done.then(settled, settled);
  }

  #show(): void {
    const next = [...this.#wishes.values()].reduce((state, { fulfil }) => fulfil(state), this.#told);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener(next);
  }
}
