import { SwitchboardError } from '@switchboard/protocol';
import type { ClientState } from '../../client-state.ts';
import { VoiceClient } from '../../voice-client.ts';
import { settled } from './fake-clock.ts';
import { FakePlatform } from './fake-platform.ts';

export const ADA = { type: 'guest', nickname: 'ada' } as const;

/** A client of a server that is all made up. */
export function setUp() {
  const platform = new FakePlatform();
  const sut = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
  return { sut, platform, server: platform.server, clock: platform.clock };
}

export async function connected() {
  const set = setUp();
  await set.sut.connect(ADA);
  return set;
}

export async function inLobby() {
  const set = await connected();
  await set.sut.join('lobby');
  await settled();
  return set;
}

/** What a call came to, once everything that can happen without time passing has. */
export async function outcome(promise: Promise<void>): Promise<string> {
  let result = 'pending';
  promise.then(
    () => (result = 'done'),
    (error: unknown) => (result = SwitchboardError.is(error) ? error.code : String(error)),
  );
  await settled();
  await settled();
  return result;
}

/** The room's messages as one reads them. */
export const texts = ({ chat }: ClientState) =>
  chat.entries.map((entry) => (entry.status === 'sent' ? entry.message.text : `${entry.status}: ${entry.text}`));
