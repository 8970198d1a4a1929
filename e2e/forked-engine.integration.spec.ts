import { VoiceClient, type ClientState } from '@switchboard/client';
import { nodeClock } from '@switchboard/client/headless';
import { createNodePlatform } from '@switchboard/client/node';
import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ForkedEngines } from '../extension/engine/forked-engines.ts';
import { forkScripted } from '../extension/engine/testing/fork-scripted.ts';
import { MICROPHONES } from '../extension/engine/testing/scripted-audio.ts';
import { TestServer } from './harness/server.ts';

class Store {
  readonly #kept = new Map<string, string>();
  get = (key: string): string | undefined => this.#kept.get(key);
  set = (key: string, value: string): void => void this.#kept.set(key, value);
}

/** One in an editor: the session here, the voice engine in a process of its own. */
class EditorPerson implements AsyncDisposable {
  readonly engines: ChildProcess[] = [];
  readonly log: string[] = [];
  readonly client: VoiceClient;

  constructor(server: TestServer) {
    const engines = new ForkedEngines({
      processPath: '',
      clock: nodeClock,
      log: (line) => this.log.push(line),
      fork: () => {
        const child = forkScripted();
        this.engines.push(child);
        return child;
      },
    });
    const store = new Store();
    // Its own audio is never started: the engine is elsewhere.
    const audio = {} as Parameters<typeof createNodePlatform>[0]['audio'];
    const platform = {
      ...createNodePlatform({ audio, store }),
      startEngine: (events: Parameters<ForkedEngines['start']>[0]) => engines.start(events),
    };
    this.client = new VoiceClient({ server: server.url, platform });
  }

  get engine(): ChildProcess {
    return this.engines.at(-1)!;
  }

  async comeIn(nickname: string): Promise<void> {
    await this.client.connect({ type: 'guest', nickname });
    await this.client.join(this.client.state.channels[0]!.id);
  }

  speaks(nickname: string): boolean {
    const { members, speaking } = this.client.state;
    return members.some((member) => member.nickname === nickname && speaking.includes(member.id));
  }

  until(holds: (state: ClientState) => boolean): Promise<void> {
    return expect.poll(() => holds(this.client.state), { interval: 5 }).toBe(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}

const gone = ({ pid }: ChildProcess) =>
  expect
    .poll(() => {
      try {
        return process.kill(pid!, 0);
      } catch {
        return false;
      }
    })
    .toBe(false);

describe('a voice engine in a process of its own, with a real server', () => {
  let server: TestServer;
  let ada: EditorPerson;
  let ben: EditorPerson;

  beforeAll(async () => {
    server = await TestServer.start();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  beforeEach(() => {
    ada = new EditorPerson(server);
    ben = new EditorPerson(server);
  });

  afterEach(async () => {
    await Promise.all([ada[Symbol.asyncDispose](), ben[Symbol.asyncDispose]()]);
    for (const engine of [...ada.engines, ...ben.engines]) await gone(engine);
  });

  it('is heard, and is back in the same room after its process was killed', async () => {
    await Promise.all([ada.comeIn('Ada'), ben.comeIn('Ben')]);
    await ben.until(() => ben.speaks('Ada'));
    await ada.until(() => ada.speaks('Ben'));
    const { channelId } = ada.client.state;
    ada.engine.kill('SIGKILL');
    await ada.until(() => ada.engines.length === 2);
    await ada.until(({ lane }) => lane.status === 'connected');
    await ben.until(() => ben.speaks('Ada'));
    expect(ada.client.state).toMatchObject({ channelId, notice: null, microphone: { status: 'on' } });
  });

  it('goes on listening where the microphone ends the engine', async () => {
    await Promise.all([ada.comeIn('Ada'), ben.comeIn('Ben')]);
    await ada.until(() => ada.speaks('Ben'));
    await ada.client.useMicrophone(MICROPHONES.aborts);
    // The system's default takes its place.
    await ada.until(({ microphone, lane }) => microphone.status === 'on' && lane.status === 'connected');
    await ada.until(() => ada.speaks('Ben'));
    expect(ada.engines).toHaveLength(2);
    expect(ada.client.state.microphoneId).toBe(MICROPHONES.aborts);
  });

  it('takes one out of the room, and says so, where the engine ends again and again', async () => {
    await ada.comeIn('Ada');
    for (let i = 1; i <= 4; i++) {
      await ada.until(({ lane }) => ada.engines.length === i && lane.status === 'connected');
      ada.engine.kill('SIGKILL');
    }
    await ada.until(({ channelId }) => channelId === null);
    expect(ada.client.state.notice).toContain('The voice engine has stopped');
  });

  it('lets go of the microphone with its process when one leaves, and talks again in the next room', async () => {
    await Promise.all([ada.comeIn('Ada'), ben.comeIn('Ben')]);
    await ben.until(() => ben.speaks('Ada'));
    await ada.client.leave();
    await gone(ada.engine);
    await ben.until(() => !ben.speaks('Ada'));
    await ada.client.join(ada.client.state.channels[0]!.id);
    await ben.until(() => ben.speaks('Ada'));
    expect(ada.engines).toHaveLength(2);
  });

  it('hears itself outside a room, and lets go afterwards', async () => {
    await ada.client.connect({ type: 'guest', nickname: 'Ada' });
    const levels: number[] = [];
    ada.client.onLevel((dbfs) => levels.push(dbfs));
    await ada.client.startEchoTest();
    await expect.poll(() => Math.max(...levels)).toBeGreaterThan(-20);
    expect(ada.client.state).toMatchObject({ echoTest: true, microphone: { status: 'on' }, channelId: null });
    ada.client.stopEchoTest();
    expect(ada.client.state).toMatchObject({ echoTest: false, microphone: { status: 'off' } });
    await gone(ada.engine);
    expect(levels.at(-1)).toBe(-127);
  });
});
