import type { ChatEntry, ClientState, VoiceClientApi } from '@switchboard/client';
import { SwitchboardError, type Message } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { CodeSending } from './code-sending.ts';

const code = { language: 'python', startLine: 1, endLine: 1 };

describe('CodeSending', () => {
  let channelId: string | null;
  let entries: ChatEntry[];
  let refused: boolean;
  let calls: string[];
  let sut: CodeSending;

  const answer = (): Promise<void> =>
    refused ? Promise.reject(new SwitchboardError('server.rate_limited')) : Promise.resolve();

  beforeEach(() => {
    channelId = 'lobby';
    entries = [];
    refused = false;
    calls = [];
    const client = {
      get state() {
        return { channelId, chat: { entries } } as unknown as ClientState;
      },
      sendMessage: (text: string, sent: typeof code) => {
        calls.push(`send ${text}`);
        if (refused) {
          const problem = { code: 'server.rate_limited', message: '' } as const;
          entries.push({ status: 'failed', nonce: `n${calls.length}`, text, code: sent, problem });
        }
        return answer();
      },
      retryMessage: (nonce: string) => {
        calls.push(`retry ${nonce}`);
        return answer();
      },
    } as unknown as VoiceClientApi;
    sut = new CodeSending(client, 'lobby', 'print()', code);
  });

  const fail = async (): Promise<void> => {
    refused = true;
    await expect(sut.send()).rejects.toMatchObject({ code: 'server.rate_limited' });
    refused = false;
  };

  it('sends it once', async () => {
    await sut.send();
    expect(calls).toEqual(['send print()']);
  });

  it('goes to no other room than the one it was chosen for', async () => {
    for (const other of ['desk', null]) {
      channelId = other;
      await expect(sut.send()).rejects.toMatchObject({ code: 'channel.not_joined' });
    }
    expect(calls).toEqual([]);
  });

  it('tries again with the same message, so that there are not two of it', async () => {
    await fail();
    await fail();
    await sut.send();
    expect(calls).toEqual(['send print()', 'retry n1', 'retry n1']);
  });

  it('sends nothing more when it was sent from the chat meanwhile', async () => {
    await fail();
    entries = [{ status: 'sent', message: { nonce: 'n1' } as Message }];
    await sut.send();
    expect(calls).toEqual(['send print()']);
  });

  it('sends the same again when the chat has forgotten it, but in that room alone', async () => {
    await fail();
    entries = [];
    await sut.send();
    expect(calls).toEqual(['send print()', 'send print()']);
    channelId = 'desk';
    await expect(sut.send()).rejects.toMatchObject({ code: 'channel.not_joined' });
  });
});
