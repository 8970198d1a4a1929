import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel, Welcome } from '@switchboard/protocol';
import { ServerConfig } from '../config/server-config.ts';
import { SwitchboardServer } from '../switchboard-server.ts';
import { ControlClient } from './control-client.ts';

let guests = 0;

/** The whole server in this process, on free ports, with a data folder that goes with it. */
export class RunningServer implements AsyncDisposable {
  readonly server: SwitchboardServer;
  readonly dataDir: string;
  readonly #clients: ControlClient[] = [];

  private constructor(server: SwitchboardServer, dataDir: string) {
    this.server = server;
    this.dataDir = dataDir;
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-'));
    const config = ServerConfig.from({
      SWITCHBOARD_WEB_PORT: '0',
      SWITCHBOARD_CONTROL_PORT: '0',
      SWITCHBOARD_VOICE_PORT: '0',
      SWITCHBOARD_DATA_DIR: dataDir,
      SWITCHBOARD_LOG_LEVEL: 'error',
      ...settings,
    });
    return new RunningServer(await SwitchboardServer.start(config), dataDir);
  }

  /** A client that has said nothing yet. */
  async connect(options?: Parameters<typeof ControlClient.connect>[1]): Promise<ControlClient> {
    const client = await ControlClient.connect(this.server.ports.control, options);
    this.#clients.push(client);
    return client;
  }

  /** A guest who has come in. */
  async guest(nickname = `guest ${++guests}`, key?: string): Promise<{ client: ControlClient; welcome: Welcome }> {
    const client = await this.connect();
    const welcome = await client.hello({ type: 'guest', nickname, ...(key === undefined ? {} : { key }) });
    return { client, welcome };
  }

  /**
   * Waits until the relay's threads have done all they were told so far: they answer in order. A reply on the control lane
   * may be faster than that; clients ping again until they are answered.
   */
  async relaySettled(): Promise<void> {
    const { status } = await fetch(`${this.server.url}/health/ready`);
    if (status !== 200) throw new Error('the server is not ready');
  }

  /** Closes what the tests so far have opened. */
  async closeClients(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export function channelNamed({ channels }: Welcome, name: string): Channel {
  const channel = channels.find((candidate) => candidate.name === name);
  if (channel === undefined) throw new Error(`no channel ${name}`);
  return channel;
}
