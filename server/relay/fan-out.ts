import { HOP_TAG_BYTES } from '@switchboard/protocol';
import type { Audience, Listener } from './audience.ts';
import { boundTo } from './lane-binding.ts';
import { isStream } from './relay-lane.ts';
import type { DropReason } from './relay-messages.ts';
import type { Datagram } from './datagram.ts';
import type { DatagramSender } from './voice-socket.ts';

/**
 * Sends what came in together out together: the packets that wait for one audience leave to each listener as one train,
 * less the listener's own. With a socket that sends in segments, five talkers cost a listener one sending instead of five.
 */
export class FanOut {
  readonly #udp: DatagramSender;
  readonly #onDrop: (reason: DropReason) => void;
  readonly #waiting: Audience[] = [];
  readonly #train: Datagram[] = [];
  readonly #others: Datagram[] = [];
  /** Copies of the train for streams, made when the first stream needs them. */
  readonly #copies: Uint8Array[] = [];
  /** Marks the speakers of the train that is being sent. */
  #stamp = 0;
  #sent = 0;
  #bytesSent = 0;

  constructor(udp: DatagramSender, onDrop: (reason: DropReason) => void) {
    this.#udp = udp;
    this.#onDrop = onDrop;
  }

  /** Copies handed to lanes. */
  get sent(): number {
    return this.#sent;
  }

  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** The packet stays where it is until `flush`. */
  queue(packet: Datagram, speaker: Listener, audience: Audience): void {
    if (audience.packets.length === 0) this.#waiting.push(audience);
    audience.packets.push(packet);
    audience.speakers.push(speaker);
  }

  flush(): void {
    for (const audience of this.#waiting) {
      this.#sendAll(audience);
      empty(audience.packets);
      empty(audience.speakers);
    }
    empty(this.#waiting);
    this.#udp.flush();
  }

  /** In trains of one length each: so many as follow one another. */
  #sendAll(audience: Audience): void {
    const { packets } = audience;
    for (let from = 0; from < packets.length;) {
      const { length } = packets[from]!;
      let to = from + 1;
      while (to < packets.length && to - from < this.#udp.maxTrain && packets[to]!.length === length) to++;
      this.#sendTrain(audience, from, to, length - HOP_TAG_BYTES);
      from = to;
    }
  }

  #sendTrain(audience: Audience, from: number, to: number, length: number): void {
    const stamp = ++this.#stamp;
    empty(this.#train);
    empty(this.#copies);
    for (let at = from; at < to; at++) {
      this.#train.push(audience.packets[at]!);
      audience.speakers[at]!.stamp = stamp;
    }
    const train = this.#udp.train(this.#train, length);
    for (const listener of audience.listeners) {
      if (listener.stamp === stamp || !listener.hears) continue;
      const address = boundTo(listener.binding);
      if (address === undefined) continue;
      if (isStream(address)) {
        for (let at = 0; at < this.#train.length; at++) this.#sendToStream(listener, at, length);
        continue;
      }
      this.#udp.send(train, address);
      this.#count(listener, this.#train.length, length);
    }
    if (to - from > 1) this.#sendToSpeakers(audience, from, to, length);
  }

  /** The same train to those who speak in it, without what each said itself. */
  #sendToSpeakers(audience: Audience, from: number, to: number, length: number): void {
    const { speakers } = audience;
    for (let at = from; at < to; at++) {
      const listener = speakers[at]!;
      if (listener.stamp !== this.#stamp) continue; // was served with an earlier packet of its own
      listener.stamp = 0;
      const address = boundTo(listener.binding);
      if (address === undefined || !listener.hears) continue;
      empty(this.#others);
      for (let other = from; other < to; other++) {
        if (speakers[other] === listener) continue;
        if (isStream(address)) this.#sendToStream(listener, other - from, length);
        else this.#others.push(this.#train[other - from]!);
      }
      if (isStream(address) || this.#others.length === 0) continue;
      this.#udp.send(this.#udp.train(this.#others, length), address);
      this.#count(listener, this.#others.length, length);
    }
  }

  #sendToStream(listener: Listener, at: number, length: number): void {
    const stream = boundTo(listener.binding);
    if (stream === undefined || !isStream(stream)) return;
    const refusal = stream.send((this.#copies[at] ??= new Uint8Array(this.#train[at]!.bytes.subarray(0, length))));
    if (refusal === undefined) this.#count(listener, 1, length);
    else this.#onDrop(refusal);
  }

  #count(listener: Listener, packets: number, length: number): void {
    listener.counts.addSent(packets);
    this.#sent += packets;
    this.#bytesSent += packets * length;
  }
}

/** As `length = 0` does, which is a call into the runtime: µs where it is rare enough to be cold. */
function empty(array: unknown[]): void {
  while (array.length > 0) array.pop();
}
