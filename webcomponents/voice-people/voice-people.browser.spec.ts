import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, mount, query, settled, words } from '../testing/stage.ts';
import { VoicePeople } from './voice-people.ts';

describe('VoicePeople', () => {
  const headings = (sut: VoicePeople) => [...sut.renderRoot.querySelectorAll('h3')].map(words);

  it('marks who whispers to one, and shows those of them who are elsewhere, without violation', async () => {
    const client = new FixtureClient(SCENES.whispers);
    const sut = await mount(Object.assign(new VoicePeople(), { client }));
    expect(headings(sut)).toEqual(['In this room · 3', 'Elsewhere · 1']);
    const marks = [...sut.renderRoot.querySelectorAll('voice-member')].map((member) =>
      query(member, '[part=whisper]') === null ? '' : words(find(member, '[part=whisper]')),
    );
    expect(marks).toEqual(['', 'whispers to you', '', 'whispers to you']);
    await expectAccessible(sut);
    client.show({ whisperedBy: [] });
    await settled(sut);
    expect(headings(sut)).toEqual(['In this room · 3']);
  });
});
