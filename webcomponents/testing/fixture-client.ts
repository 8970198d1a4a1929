import type {
  ClientState,
  PluginInspection,
  PluginLogLine,
  TemporaryChannel,
  VoiceClientApi,
} from '@switchboard/client';
import type { Channel } from '@switchboard/protocol';
import { channel, idleState } from './fixtures.ts';
import { inspection, logLines, README } from './plugin-fixtures.ts';

type Method = Exclude<keyof VoiceClientApi, 'state' | 'subscribe' | 'onLevel'>;

export interface Call {
  readonly method: Method;
  readonly arguments: readonly unknown[];
}

/** A client that follows a script: it notes what it is asked for, and shows the state it is given. */
export class FixtureClient implements VoiceClientApi {
  readonly calls: Call[] = [];
  readonly #listeners = new Set<(state: ClientState) => void>();
  readonly #levelListeners = new Set<(dbfs: number) => void>();
  readonly #replies = new Map<Method, (...given: never[]) => unknown>();
  #state: ClientState;

  constructor(state: ClientState = idleState) {
    this.#state = state;
  }

  get state(): ClientState {
    return this.#state;
  }

  get listeners(): number {
    return this.#listeners.size + this.#levelListeners.size;
  }

  subscribe(listener: (state: ClientState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onLevel(listener: (dbfs: number) => void): () => void {
    this.#levelListeners.add(listener);
    return () => this.#levelListeners.delete(listener);
  }

  /** The microphone is this loud. */
  hear(dbfs: number): void {
    for (const listener of [...this.#levelListeners]) listener(dbfs);
  }

  /** Changes parts of the state, as the real one does after an event. */
  show(change: Partial<ClientState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener(this.#state);
  }

  /** What happens when a method is called; what it throws is what the call rejects with. */
  script<M extends Method>(method: M, reply: (...given: Parameters<VoiceClientApi[M]>) => unknown): void {
    this.#replies.set(method, reply);
  }

  /** The arguments of each call of a method. */
  of(method: Method): readonly (readonly unknown[])[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.arguments);
  }

  readonly connect = this.#asynchronous('connect');
  readonly close = this.#asynchronous('close');
  readonly retryNow = this.#synchronous('retryNow');
  readonly join = this.#asynchronous('join');
  readonly leave = this.#asynchronous('leave');
  readonly createTemporaryChannel = async (made: TemporaryChannel): Promise<Channel> => {
    await this.#call('createTemporaryChannel', [made]);
    return channel({ id: 'made', name: made.name, parentId: made.parentId, temporary: true });
  };
  readonly muteMember = this.#asynchronous('muteMember');
  readonly deafenMember = this.#asynchronous('deafenMember');
  readonly moveMember = this.#asynchronous('moveMember');
  readonly kickMember = this.#asynchronous('kickMember');
  readonly banMember = this.#asynchronous('banMember');
  readonly dismissNotice = this.#synchronous('dismissNotice');
  readonly setMuted = this.#synchronous('setMuted');
  readonly setDeafened = this.#synchronous('setDeafened');
  readonly setNickname = this.#asynchronous('setNickname');
  readonly setStatus = this.#asynchronous('setStatus');
  readonly sharePlace = this.#synchronous('sharePlace');
  readonly setActivation = this.#synchronous('setActivation');
  readonly setTalking = this.#synchronous('setTalking');
  readonly setTyping = this.#synchronous('setTyping');
  readonly startWhisper = this.#asynchronous('startWhisper');
  readonly stopWhisper = this.#synchronous('stopWhisper');
  readonly setVolume = this.#synchronous('setVolume');
  readonly useMicrophone = this.#asynchronous('useMicrophone');
  readonly useSpeaker = this.#asynchronous('useSpeaker');
  readonly refreshDevices = this.#asynchronous('refreshDevices');
  readonly startEchoTest = this.#asynchronous('startEchoTest');
  readonly stopEchoTest = this.#synchronous('stopEchoTest');
  readonly fetchPlugin = async (pluginId: string): Promise<Uint8Array> =>
    ((await this.#call('fetchPlugin', [pluginId])) as Uint8Array | undefined) ?? new TextEncoder().encode(pluginId);
  readonly inspectPlugin = async (bytes: Uint8Array): Promise<PluginInspection> =>
    ((await this.#call('inspectPlugin', [bytes])) as PluginInspection | undefined) ?? inspection();
  readonly installPlugin = this.#asynchronous('installPlugin');
  readonly removePlugin = this.#asynchronous('removePlugin');
  readonly setPluginEnabled = this.#asynchronous('setPluginEnabled');
  readonly movePlugin = this.#asynchronous('movePlugin');
  readonly configurePlugin = this.#asynchronous('configurePlugin');
  readonly pluginLog = async (pluginId: string): Promise<readonly PluginLogLine[]> =>
    ((await this.#call('pluginLog', [pluginId])) as readonly PluginLogLine[] | undefined) ?? logLines;
  readonly pluginReadme = async (pluginId: string): Promise<string> =>
    ((await this.#call('pluginReadme', [pluginId])) as string | undefined) ?? README;
  readonly invokeCommand = this.#asynchronous('invokeCommand');
  readonly sendMessage = this.#asynchronous('sendMessage');
  readonly retryMessage = this.#asynchronous('retryMessage');
  readonly editMessage = this.#asynchronous('editMessage');
  readonly deleteMessage = this.#asynchronous('deleteMessage');
  readonly loadOlderMessages = this.#asynchronous('loadOlderMessages');
  readonly typing = this.#synchronous('typing');

  #synchronous(method: Method) {
    return (...given: unknown[]): void => void this.#call(method, given);
  }

  #asynchronous(method: Method) {
    return async (...given: unknown[]): Promise<void> => {
      await this.#call(method, given);
    };
  }

  #call(method: Method, given: readonly unknown[]): unknown {
    this.calls.push({ method, arguments: given });
    return this.#replies.get(method)?.(...(given as never[]));
  }
}
