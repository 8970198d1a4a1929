import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientState } from '../client-state.ts';
import type { AudioBackend } from '../platform/node/audio-backend.ts';
import { MemoryStore } from '../platform/node/memory-store.ts';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import type { ControlSocket } from '../platform/platform.ts';
import { VoiceClient } from '../voice-client.ts';
import { RealServer, SERVER_IS_BUILT } from './testing/real-server.ts';

/** Nobody speaks here, and nobody listens: what is heard is proven end to end. */
const SILENT: AudioBackend = {
  start: () => Promise.resolve(),
  openMicrophone: () => Promise.resolve(),
  closeMicrophone: () => undefined,
  useSpeaker: () => Promise.resolve(),
  devices: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};
/** Any code but 1000 and 1001: to the server, a connection that broke. */
const BROKEN = 4000;

/** A client whose connection the test can cut. */
class Person {
  readonly client: VoiceClient;
  readonly states: ClientState[] = [];
  #socket: ControlSocket | undefined;

  constructor(server: string) {
    const platform = createNodePlatform({ audio: SILENT, store: new MemoryStore() });
    this.client = new VoiceClient({
      server,
      platform: {
        ...platform,
        openControlSocket: (url, events) => (this.#socket = platform.openControlSocket(url, events)),
      },
    });
    this.client.subscribe((state) => this.states.push(state));
  }

  async comeIn(nickname: string, channelName: string): Promise<void> {
    await this.client.connect({ type: 'guest', nickname });
    const channel = this.client.state.channels.find(({ name }) => name === channelName);
    await this.client.join(channel?.id ?? channelName);
  }

  cut(): void {
    this.#socket?.close(BROKEN);
  }

  /** Resolves with the first state, from now on, that is as it should be. */
  until(holds: (state: ClientState) => boolean): Promise<ClientState> {
    if (holds(this.client.state)) return Promise.resolve(this.client.state);
    return new Promise((resolve) => {
      const stop = this.client.subscribe((state) => {
        if (!holds(state)) return;
        stop();
        resolve(state);
      });
    });
  }
}

const texts = ({ chat }: ClientState) =>
  chat.entries.map((entry) => (entry.status === 'sent' ? entry.message.text : entry.status));
const named = ({ members }: ClientState, nickname: string) => members.find((member) => member.nickname === nickname);

describe.skipIf(!SERVER_IS_BUILT)('VoiceClient with a real server', () => {
  let server: RealServer;
  let ada: Person;
  let bob: Person;

  beforeEach(async () => {
    server = await RealServer.start();
    ada = new Person(server.url);
    bob = new Person(server.url);
    await ada.comeIn('Ada', 'Lobby');
    await bob.comeIn('Bob', 'Lobby');
  });

  afterEach(async () => {
    await Promise.all([ada.client.close(), bob.client.close()]);
    await server[Symbol.asyncDispose]();
  });

  it('sees who is in the room, and what they do', async () => {
    const { channelId } = ada.client.state;
    await ada.until((state) => named(state, 'Bob')?.channelId === channelId);
    bob.client.setDeafened(true);
    await ada.until((state) => named(state, 'Bob')?.deafened === true);
    await bob.client.leave();
    await ada.until((state) => named(state, 'Bob')?.channelId === null);
  });

  it('tells the others where one is in one’s files, and shows them code', async () => {
    const place = { workspace: 'switchboard', branch: 'main', path: 'src/a.ts', line: 7 };
    ada.client.sharePlace(place);
    await bob.until(({ places }) => Object.keys(places).length === 1);
    expect(bob.client.state.places).toEqual({ [ada.client.state.selfId ?? '']: place });
    const code = { language: 'typescript', path: 'src/a.ts', startLine: 7, endLine: 7 };
    await ada.client.sendMessage('  let a;', code);
    const { chat } = await bob.until((state) => texts(state).length === 1);
    expect(chat.entries).toMatchObject([{ message: { text: '  let a;', code } }]);
    await ada.client.leave();
    await bob.until(({ places }) => Object.keys(places).length === 0);
  });

  it('chats in order, each message once on both sides', async () => {
    const written = Array.from({ length: 20 }, (_, n) => `message ${n}`);
    await Promise.all(written.map((text) => ada.client.sendMessage(text)));
    expect(texts(await bob.until(({ chat }) => chat.entries.length === 20))).toEqual(written);
    expect(texts(ada.client.state)).toEqual(written);
  });

  it('resumes after a broken connection, having missed nothing and never having left', async () => {
    const seen = bob.states.length;
    ada.cut();
    await ada.until(({ connection }) => connection.status === 'reconnecting');
    await bob.client.sendMessage('while you were away');
    const back = await ada.until((state) => state.connection.status === 'ready' && state.chat.entries.length === 1);
    expect(texts(back)).toEqual(['while you were away']);
    expect(back.channelId).toBe(bob.client.state.channelId);
    await bob.until((state) => named(state, 'Ada')?.reconnecting === false);
    for (const state of bob.states.slice(seen)) expect(named(state, 'Ada')?.channelId).toBe(back.channelId);
  });

  it('comes back into the room after the server was killed, and says once what was written meanwhile', async () => {
    await server.stop('SIGKILL');
    await ada.until(({ connection }) => connection.status === 'reconnecting');
    const sending = ada.client.sendMessage('said into the dark');
    await server.start();
    ada.client.retryNow();
    bob.client.retryNow();
    await sending;
    const heard = await bob.until(({ chat }) => chat.entries.length > 0);
    expect(texts(heard)).toEqual(['said into the dark']);
    expect(heard.channelId).toBe(ada.client.state.channelId);
  });

  it('is told why it may not come in', async () => {
    const other = new Person(server.url);
    await expect(other.client.connect({ type: 'guest', nickname: 'ada' })).rejects.toMatchObject({
      code: 'auth.nickname_taken',
    });
    await other.client.connect({ type: 'guest', nickname: 'Eve' });
    await expect(other.client.join('nowhere')).rejects.toMatchObject({ code: 'channel.not_found' });
    await other.client.close();
  });
});
