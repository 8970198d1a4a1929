import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VoiceClient } from '../voice-client.ts';
import { FakePlatform } from './testing/fake-platform.ts';

type Step = 'write' | 'break' | 'wait' | 'expire' | 'lose replies' | 'heal';

describe('RoomChat', () => {
  it('gets every message stored exactly once and in order, whatever the connection does', async () => {
    const anyStep = fc.constantFrom<Step>('write', 'write', 'break', 'wait', 'expire', 'lose replies', 'heal');
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 30 }), async (steps) => {
        const platform = new FakePlatform();
        const { server, clock } = platform;
        const sut = new VoiceClient({ server: 'http://switchboard.test:7700', platform });
        await sut.connect({ type: 'guest', nickname: 'ada' });
        await sut.join('lobby');
        const written: string[] = [];
        const results: Promise<void>[] = [];
        for (const step of steps) {
          if (step === 'write') {
            written.push(`message ${written.length}`);
            results.push(sut.sendMessage(written.at(-1)!));
          } else if (step === 'break') server.socket.break();
          else if (step === 'wait') await clock.advance(200);
          else if (step === 'expire') server.script['session.resume'] = () => ({ code: 'session.expired' });
          else if (step === 'lose replies')
            server.script['message.send'] = (data) => {
              server.answer({ type: 'message.send', id: 0, data });
              // The connection dies with the answer: silence alone would be a time-out, which is the author's to see.
              server.socket.break();
              return 'silence';
            };
          else server.script = {};
        }
        server.script = {};
        await clock.advance(60_000);
        await Promise.all(results);
        expect(server.messages.map(({ text }) => text)).toEqual(written);
        const shown = sut.state.chat.entries.map((entry) => entry.status === 'sent' && entry.message.text);
        expect(shown).toEqual(written);
      }),
      { numRuns: 200 },
    );
  });
});
