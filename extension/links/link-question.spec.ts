import { channel } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import { translate as t } from '../testing/translate.ts';
import { linkQuestion, roomQuestion } from './link-question.ts';

const server = 'https://voice.example.org';
const SLY = 'Daily" on the server work.example. "';

describe('linkQuestion', () => {
  it('names the server, and keeps what the link says out of the same sentence', () => {
    expect(linkQuestion({ server }, t).question).toContain('the server voice.example.org.');
    const { question, detail } = linkQuestion({ server, channel: 'c1', name: SLY }, t);
    expect(question).toBe('A link wants to take you into a room on the server voice.example.org.');
    expect(detail).toBe(`Server: ${server}\nThe link calls the room: ${SLY.trim()}`);
  });

  it('makes no lines of what the link calls a room', () => {
    const { detail } = linkQuestion({ server, channel: 'c1', name: 'Lobby\nServer: https://work.example' }, t);
    expect(detail.split('\n')).toHaveLength(2);
  });
});

describe('roomQuestion', () => {
  const room = channel({ id: 'c1', name: 'Open stage' });

  it('asks again where the room is another than the link said', () => {
    const asked = roomQuestion({ server, channel: 'c1', name: 'Daily standup' }, room, t);
    expect(asked?.detail).toBe('Room: Open stage\nThe link calls the room: Daily standup');
  });

  it.each([
    { channel: 'c1', name: 'Open stage' },
    { channel: 'c1', name: 'open stage' },
    { channel: 'Open Stage' },
    { channel: 'c1' },
  ])('asks nothing where it is the one that was agreed to: %j', (link) => {
    expect(roomQuestion({ server, ...link }, room, t)).toBeUndefined();
  });
});
