import {
  SwitchboardError,
  type Channel,
  type ControlEvent,
  type Member,
  type MessageCode,
  type Place,
  type PluginConfig,
  type VoiceGrant,
  type Welcome,
} from '@switchboard/protocol';
import type { ClientState, Problem, WhisperAudience } from './client-state.ts';
import type { Activation, EngineCommand } from './engine/engine-messages.ts';
import { SILENT_DBFS } from './engine/level-meter.ts';
import type { Platform } from './platform/platform.ts';
import { ClientView } from './session/client-view.ts';
import { LaneReports } from './session/lane-reports.ts';
import { MemberVolumes } from './session/member-volumes.ts';
import { Moderation } from './session/moderation.ts';
import { OwnPlace } from './session/own-place.ts';
import { OwnPlugins } from './session/own-plugins.ts';
import { OwnSilence } from './session/own-silence.ts';
import { RoomChat } from './session/room-chat.ts';
import { RoomMembership } from './session/room-membership.ts';
import { RoomNews } from './session/room-news.ts';
import {
  changed,
  EMPTY_ROOMS,
  moved,
  roommatesOf,
  selfOf,
  welcomed,
  withChannel,
  withMember,
  type RoomState,
} from './session/room-state.ts';
import { RoomVoice } from './session/room-voice.ts';
import { RoomWhispers } from './session/room-whispers.ts';
import { SelfAccount } from './session/self-account.ts';
import { withDeafened, withMuted, type SelfAudio } from './session/self-audio.ts';
import { Session, type ClientInfo } from './session/session.ts';
import { Settings } from './session/settings.ts';
import type { SignIn } from './session/sign-in.ts';
import { StateStore } from './session/state-store.ts';
import { TalkKey } from './session/talk-key.ts';
import { makeTemporaryChannel } from './session/temporary-channel.ts';
import { VoiceRecovery } from './session/voice-recovery.ts';
import type {
  BanTerms,
  PluginInspection,
  PluginLogLine,
  TemporaryChannel,
  VoiceClientApi,
} from './voice-client-api.ts';

export interface VoiceClientOptions {
  /** The address of the server's web port, as in a browser. */
  readonly server: URL | string;
  readonly platform: Platform;
  readonly client?: ClientInfo;
}

const THIS_CLIENT: ClientInfo = { name: 'switchboard', version: '0.1.0' };

/**
 * The walkie-talkie: keeps a session with one server, is in one room at a time, speaks and hears there.
 * Its parts each know one thing; here they are told what concerns them, and their knowledge becomes one state.
 */
export class VoiceClient implements VoiceClientApi {
  readonly #settings: Settings;
  readonly #session: Session;
  readonly #self: SelfAccount;
  readonly #membership: RoomMembership;
  readonly #voice: RoomVoice;
  readonly #whispers: RoomWhispers;
  readonly #volumes: MemberVolumes;
  readonly #recovery: VoiceRecovery;
  readonly #talkKey: TalkKey;
  readonly #chat: RoomChat;
  readonly #laneReports: LaneReports;
  readonly #moderation: Moderation;
  readonly #silence: OwnSilence;
  readonly #place: OwnPlace;
  readonly #plugins: OwnPlugins;
  readonly #news: RoomNews;
  readonly #view = new ClientView();
  readonly #store: StateStore<ClientState>;
  readonly #level: StateStore<number>;
  #rooms: RoomState = EMPTY_ROOMS;
  /** Several changes of one cause are told as one. */
  #holding = 0;

  /** @throws TypeError if the server's address is none */
  constructor({ server, platform, client = THIS_CLIENT }: VoiceClientOptions) {
    const address = new URL(server);
    this.#settings = new Settings(platform.store, address);
    const refresh = () => this.#refresh();
    const notice = ({ message }: Pick<Problem, 'message'>) => this.#setRooms({ ...this.#rooms, notice: message });
    this.#session = new Session(platform, address, client, {
      // These three are followed by `changed`, with which they make one change.
      welcomed: (welcome) => this.#hold(() => this.#welcomed(welcome)),
      resumed: () => this.#hold(() => this.#resumed()),
      event: (event) => this.#together(() => this.#event(event)),
      lost: () => this.#hold(() => this.#lost()),
      hurried: () => this.#voice.send({ type: 'hurry' }),
      changed: () => this.#together(() => this.#sessionChanged()),
    });
    this.#self = new SelfAccount(this.#session, {
      told: (self) => this.#setRooms(withMember(this.#rooms, self)),
      refused: notice,
    });
    this.#membership = new RoomMembership(this.#session, platform, {
      entered: (channelId, voice) => this.#together(() => this.#entered(channelId, voice)),
      exited: () => this.#together(() => this.#exited()),
      notReturned: notice,
      changed: refresh,
    });
    this.#chat = new RoomChat(this.#session, platform, refresh);
    this.#voice = new RoomVoice(platform, this.#settings, {
      changed: refresh,
      laneChanged: (lane) => {
        this.#recovery.laneChanged(lane);
        this.#laneReports.report();
      },
      level: (dbfs) => this.#level.set(dbfs),
      engine: (host) => this.#plugins.useEngine(host),
      failed: (error, testing) => this.#together(() => this.#recovery.engineFailed(error, testing)),
    });
    this.#recovery = new VoiceRecovery(this.#voice, this.#membership, platform.clock, (error) =>
      this.#together(() => {
        this.#membership.leave();
        notice(error);
      }),
    );
    this.#talkKey = new TalkKey((command) => this.#voice.send(command));
    const send = (command: EngineCommand) => this.#talkKey.passOn(command);
    this.#silence = new OwnSilence(this.#self, () => selfOf(this.#rooms), send);
    this.#volumes = new MemberVolumes(this.#settings, () => this.#rooms.members, send);
    this.#whispers = new RoomWhispers(this.#session, send, {
      changed: refresh,
      addressedBy: (memberId) => this.#volumes.tell([memberId]),
      refused: notice,
    });
    this.#laneReports = new LaneReports(this.#session, platform.clock, this.#voice);
    this.#moderation = new Moderation(this.#session);
    this.#place = new OwnPlace(this.#session, platform.clock);
    this.#plugins = new OwnPlugins({
      platform,
      server: address,
      session: this.#session,
      chat: this.#chat,
      catalogue: () => this.#rooms,
      setStatus: (status) => this.#self.setStatus(status),
      changed: refresh,
    });
    this.#news = new RoomNews({
      session: this.#session,
      membership: this.#membership,
      voice: this.#voice,
      volumes: this.#volumes,
      silence: this.#silence,
      whispers: this.#whispers,
      chat: this.#chat,
    });
    this.#store = new StateStore(platform.clock, this.#compose());
    this.#level = new StateStore(platform.clock, SILENT_DBFS);
  }

  get state(): ClientState {
    return this.#store.state;
  }

  /* What is passed on as it is. */
  readonly subscribe = (listener: (state: ClientState) => void): (() => void) => this.#store.subscribe(listener);
  readonly onLevel = (listener: (dbfs: number) => void): (() => void) => this.#level.subscribe(listener);
  readonly setNickname = (nickname: string): Promise<void> => this.#self.setNickname(nickname);
  readonly setStatus = (status: string): Promise<void> => this.#self.setStatus(status);
  readonly sharePlace = (place: Place | null): void => this.#place.share(place);
  readonly retryNow = (): void => this.#session.hurry();
  readonly dismissNotice = (): void => this.#setRooms({ ...this.#rooms, notice: null });
  readonly muteMember = (memberId: string, muted: boolean): Promise<void> => this.#moderation.mute(memberId, muted);
  readonly deafenMember = (memberId: string, deafened: boolean): Promise<void> =>
    this.#moderation.deafen(memberId, deafened);
  readonly moveMember = (memberId: string, channelId: string): Promise<void> =>
    this.#moderation.move(memberId, channelId);
  readonly kickMember = (memberId: string, reason?: string): Promise<void> => this.#moderation.kick(memberId, reason);
  readonly banMember = (memberId: string, terms?: BanTerms): Promise<void> => this.#moderation.ban(memberId, terms);
  readonly setTalking = (pressed: boolean): void => this.#talkKey.press(pressed, this.#membership.channelId);
  readonly setTyping = (typing: boolean): void => this.#voice.send({ type: 'typing', typing });
  readonly startWhisper = (audience: WhisperAudience): Promise<void> => this.#whispers.start(audience);
  readonly stopWhisper = (): void => this.#whispers.stop();
  readonly useMicrophone = (deviceId: string | null): Promise<void> => this.#voice.useMicrophone(deviceId);
  readonly useSpeaker = (deviceId: string | null): Promise<void> => this.#voice.useSpeaker(deviceId);
  readonly refreshDevices = (): Promise<void> => this.#voice.refreshDevices();
  readonly startEchoTest = (): Promise<void> => this.#voice.startEchoTest();
  readonly stopEchoTest = (): void => this.#voice.stopEchoTest();
  readonly sendMessage = (text: string, code?: MessageCode): Promise<void> => this.#plugins.sendMessage(text, code);
  readonly retryMessage = (nonce: string): Promise<void> => this.#chat.retry(nonce);
  readonly editMessage = (messageId: string, text: string): Promise<void> => this.#chat.edit(messageId, text);
  readonly deleteMessage = (messageId: string): Promise<void> => this.#chat.delete(messageId);
  readonly loadOlderMessages = (): Promise<void> => this.#chat.loadOlder();
  readonly typing = (): void => this.#chat.typing();
  readonly invokeCommand = (name: string, args: string): Promise<void> => this.#plugins.invokeCommand(name, args);
  readonly fetchPlugin = (pluginId: string): Promise<Uint8Array> => this.#plugins.fetch(pluginId);
  readonly inspectPlugin = (bytes: Uint8Array): Promise<PluginInspection> => this.#plugins.inspect(bytes);
  readonly installPlugin = (...given: Parameters<VoiceClientApi['installPlugin']>): Promise<void> =>
    this.#plugins.install(...given);
  readonly removePlugin = (pluginId: string): Promise<void> => this.#plugins.remove(pluginId);
  readonly setPluginEnabled = (pluginId: string, on: boolean): Promise<void> => this.#plugins.setEnabled(pluginId, on);
  readonly movePlugin = (pluginId: string, index: number): Promise<void> => this.#plugins.move(pluginId, index);
  readonly configurePlugin = (pluginId: string, config: PluginConfig): Promise<void> =>
    this.#plugins.configure(pluginId, config);
  readonly pluginLog = (pluginId: string): Promise<readonly PluginLogLine[]> => this.#plugins.log(pluginId);
  readonly pluginReadme = (pluginId: string): Promise<string> => this.#plugins.readme(pluginId);

  async connect(signIn: SignIn): Promise<void> {
    this.#plugins.load();
    await this.#session.connect(signIn);
  }

  async close(): Promise<void> {
    this.#session.close();
    await this.#voice.close();
    await this.#plugins.close();
  }

  async join(channelId: string, password?: string): Promise<void> {
    const { status } = this.#session.state;
    if (status === 'idle' || status === 'closed') throw new SwitchboardError('client.closed');
    const target = { channelId, password };
    this.#goesByItself();
    // Both at once, for a browser starts sound only close to the click that asked for it.
    const started = this.#voice.start().catch((error: unknown) => {
      this.#membership.withdraw(target);
      throw error;
    });
    await Promise.all([started, this.#membership.join(target)]);
  }

  leave(): Promise<void> {
    this.#goesByItself();
    this.#membership.leave();
    return Promise.resolve();
  }

  async createTemporaryChannel(wish: TemporaryChannel): Promise<Channel> {
    const channel = await makeTemporaryChannel(this.#session, this.#rooms, wish);
    this.#setRooms(withChannel(this.#rooms, channel));
    return channel;
  }

  setMuted(muted: boolean): void {
    this.#setAudio(withMuted(this.#self.audio, muted));
  }

  setDeafened(deafened: boolean): void {
    this.#setAudio(withDeafened(this.#self.audio, deafened));
  }

  setActivation(activation: Activation): void {
    this.#settings.activation = activation;
    this.#voice.send({ type: 'activation', activation });
    this.#refresh();
  }

  setVolume(userId: string, gain: number): void {
    this.#volumes.set(userId, gain);
    this.#refresh();
  }

  #welcomed(welcome: Welcome): void {
    this.#rooms = welcomed(this.#rooms, welcome);
    this.#self.agreeOn(welcome.self);
    this.#membership.tell({ type: 'welcomed' });
  }

  #resumed(): void {
    // What is known of oneself here may be older than what the server has: a reply may have been lost.
    this.#self.tellAll();
    this.#membership.tell({ type: 'resumed' });
    // What brought the session back may bring voice back.
    this.#voice.send({ type: 'hurry' });
    if (this.#membership.liveChannelId === null) return;
    this.#chat.resume();
    this.#place.resumed();
  }

  #lost(): void {
    this.#membership.tell({ type: 'lost' });
    this.#chat.suspend();
    this.#place.suspend();
  }

  #sessionChanged(): void {
    if (this.#session.state.status !== 'closed') return;
    this.#membership.close();
    this.#chat.close();
    this.#rooms = EMPTY_ROOMS;
  }

  #event(event: ControlEvent): void {
    const before = this.#rooms;
    this.#rooms = changed(before, event);
    this.#news.hear(event, before, this.#rooms);
  }

  #goesByItself(): void {
    this.#recovery.forget();
    if (this.#rooms.moved !== null) this.#setRooms({ ...this.#rooms, moved: null });
  }

  #entered(channelId: string, voice: VoiceGrant): void {
    const self = selfOf(this.#rooms);
    const { state } = this.#session;
    if (self === undefined || state.status !== 'ready') return;
    this.#rooms = moved(this.#rooms, self.id, channelId);
    const silence = this.#silence.command();
    this.#voice.enter(voice, state.address, silence);
    this.#talkKey.entered(channelId, silence.muted);
    this.#whispers.entered();
    this.#volumes.tell([...this.#roommates().map(({ id }) => id), ...voice.whispers.map(({ memberId }) => memberId)]);
    this.#laneReports.start();
    this.#place.entered();
    this.#chat.enter(channelId, self.userId);
  }

  #exited(): void {
    const { selfId } = this.#rooms;
    if (selfId !== null) this.#rooms = moved(this.#rooms, selfId, null);
    this.#laneReports.stop();
    this.#place.suspend();
    this.#whispers.exited();
    if (this.#membership.channelId === null) this.#plugins.leave();
    this.#voice.exit();
    if (this.#membership.channelId === null) this.#talkKey.release();
    this.#chat.leave();
  }

  #setAudio(audio: SelfAudio): void {
    if (audio === this.#self.audio) return;
    this.#self.setAudio(audio);
    this.#silence.tell();
    this.#refresh();
  }

  #roommates(): readonly Member[] {
    return roommatesOf(this.#rooms, this.#membership.liveChannelId);
  }

  #setRooms(rooms: RoomState): void {
    this.#rooms = rooms;
    this.#silence.follow();
    this.#refresh();
  }

  #hold(act: () => void): void {
    this.#holding++;
    try {
      act();
    } finally {
      this.#holding--;
    }
  }

  #together(act: () => void): void {
    this.#hold(act);
    this.#refresh();
  }

  #refresh(): void {
    if (this.#holding > 0) return;
    this.#store.set(this.#compose());
    this.#plugins.see(this.#store.state);
  }

  #compose(): ClientState {
    return this.#view.compose({
      session: this.#session.state,
      rooms: this.#rooms,
      channelId: this.#membership.channelId,
      joining: this.#membership.joining,
      voice: this.#voice,
      soundProblem: this.#recovery.problem,
      // Though the key may be held.
      whispers: { audience: this.#silence.muted ? null : this.#whispers.audience },
      chat: this.#chat.model,
      messages: this.#plugins.remarked(this.#chat.model),
      plugins: this.#plugins.shown(this.#voice.stats),
      audio: this.#self.audio,
      settings: this.#settings,
    });
  }
}
