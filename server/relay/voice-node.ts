import { performance } from 'node:perf_hooks';
import { RelayCore } from './relay-core.ts';
import type { RelayCommand, RelayEvent } from './relay-messages.ts';
import type { RelayOptions } from './relay-options.ts';
import type { LaneAddress } from './relay-lane.ts';
import { openVoicePorts, type OpenVoiceSocket, type VoicePorts } from './voice-ports.ts';

/** How often silent speakers are looked for: the end of a lost talk spurt is seen at most this much late. */
const TICK_MS = 50;

/** The relay with its sockets and its clock: what runs in the worker thread. Decides nothing by itself. */
export class VoiceNode {
  readonly port: number;
  readonly #core: RelayCore;
  readonly #ports: VoicePorts;
  readonly #emit: (event: RelayEvent) => void;
  readonly #ticker: NodeJS.Timeout;

  /** Rejects with a SwitchboardError when the voice port cannot be opened. */
  static async open(
    options: RelayOptions,
    emit: (event: RelayEvent) => void,
    openSocket?: OpenVoiceSocket,
  ): Promise<VoiceNode> {
    const core: RelayCore = new RelayCore({
      sendUdp: (bytes, to) => ports.udp.send(bytes, to),
      speaking: (token, speaking) => emit({ type: 'speaking', token, speaking }),
      lane: (token, lane) => emit({ type: 'lane', token, lane }),
    });
    const onMessage = (bytes: Uint8Array, from: LaneAddress): void => core.receive(bytes, from, performance.now());
    const ports = await openVoicePorts(
      options,
      { onMessage, onSendFailed: () => core.countDrop('send_failed') },
      { onMessage, onTooLong: () => core.countDrop('too_long'), onClosed: (stream) => core.streamClosed(stream) },
      openSocket,
    );
    return new VoiceNode(core, ports, emit);
  }

  private constructor(core: RelayCore, ports: VoicePorts, emit: (event: RelayEvent) => void) {
    this.port = ports.port;
    this.#core = core;
    this.#ports = ports;
    this.#emit = emit;
    this.#ticker = setInterval(() => core.tick(performance.now()), TICK_MS);
  }

  handle(command: Exclude<RelayCommand, { type: 'stop' }>): void {
    switch (command.type) {
      case 'open':
        this.#core.open(command.session, performance.now());
        return;
      case 'update':
        this.#core.update(command.token, command);
        return;
      case 'close':
        this.#core.close(command.token);
        return;
      case 'report':
        this.#emit({ type: 'report', report: this.#core.report() });
        return;
    }
  }

  /** Closes every socket. */
  async close(): Promise<void> {
    clearInterval(this.#ticker);
    await Promise.all([this.#ports.streams.close(), this.#ports.udp.close()]);
  }
}
