import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { message, people, roomState, sent } from '../testing/fixtures.ts';
import { reply } from '../testing/plugin-fixtures.ts';
import { find, mount, words } from '../testing/stage.ts';
import { VoiceAnnouncer } from './voice-announcer.ts';

async function announcer(client: FixtureClient): Promise<() => string> {
  const sut = await mount(Object.assign(new VoiceAnnouncer(), { client, gatherMs: 0 }));
  return () => words(find(sut, '[role=status]'));
}

const withMessages = (...entries: typeof roomState.chat.entries) => ({
  chat: { ...roomState.chat, entries: [...roomState.chat.entries, ...entries] },
});

describe('VoiceAnnouncer', () => {
  it('tells who came and who went in one sentence each', async () => {
    const client = new FixtureClient(roomState);
    const said = await announcer(client);
    client.show({ members: [people.self, people.grace, { ...people.margaret, channelId: 'lobby' }] });
    client.show({ members: [people.self, { ...people.margaret, channelId: 'lobby' }] });
    await expect.poll(said).toBe('Margaret H joined. linus and Grace Hopper left');
  });

  it('reads one message, counts several, and keeps silent about one’s own', async () => {
    const client = new FixtureClient(roomState);
    const said = await announcer(client);
    client.show(
      withMessages(sent({ by: people.grace, id: '0006', text: 'Hi' }), sent({ by: people.self, id: '0007' })),
    );
    await expect.poll(said).toBe('Grace Hopper: Hi');
    client.show(withMessages(...['0008', '0009'].map((id) => sent({ by: people.linus, id }))));
    await expect.poll(said).toBe('2 new messages');
  });

  it('reads what a command answers, once', async () => {
    const client = new FixtureClient(roomState);
    const said = await announcer(client);
    client.show(withMessages(reply('Eight')));
    await expect.poll(said).toBe('Dice, to you alone: Eight');
    client.show(withMessages(reply('Eight'), sent({ by: people.grace, id: '0006', text: 'Hi' })));
    await expect.poll(said).toBe('Grace Hopper: Hi');
  });

  it('does not read what a plugin hides', async () => {
    const client = new FixtureClient(roomState);
    const said = await announcer(client);
    const hidden = { pluginName: 'Tidy', text: 'Spam' };
    client.show(
      withMessages({
        status: 'sent',
        message: message({ by: people.grace, id: '0006', text: 'Buy moths' }),
        remarks: { hidden, notes: [] },
      }),
    );
    await expect.poll(said).toBe('A message of Grace Hopper was hidden by Tidy');
  });

  it('tells who begins to whisper', async () => {
    const client = new FixtureClient(roomState);
    const said = await announcer(client);
    client.show({ whisperedBy: ['grace'] });
    await expect.poll(said).toBe('Grace Hopper whispers to you');
  });

  it('reads out what the server says, each time that it does', async () => {
    const client = new FixtureClient(roomState);
    const said = await announcer(client);
    client.show({ notice: 'We restart at noon.' });
    await expect.poll(said).toBe('We restart at noon.');
    client.show({ notice: null, members: [people.self, people.grace] });
    await expect.poll(said).toBe('linus left');
    client.show({ notice: 'We restart at noon.' });
    await expect.poll(said).toBe('We restart at noon.');
  });

  it('keeps silent about speech', async () => {
    const client = new FixtureClient(roomState);
    const said = await announcer(client);
    client.show({ speaking: [] });
    client.show({ members: [people.self, people.grace] });
    await expect.poll(said).toBe('linus left');
  });
});
