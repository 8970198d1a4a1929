import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { roomState } from '../testing/fixtures.ts';
import { commands } from '../testing/plugin-fixtures.ts';
import { MODERATING } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, once, settled, words } from '../testing/stage.ts';
import { VoiceComposer } from './voice-composer.ts';

const slow = {
  ...roomState,
  channels: roomState.channels.map((one) => (one.id === 'lobby' ? { ...one, slowModeS: 3_600 } : one)),
};

async function composer(client: FixtureClient) {
  const sut = await mount(Object.assign(new VoiceComposer(), { client }));
  const field = find(sut, 'textarea', HTMLTextAreaElement);
  const write = async (text: string) => {
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await settled(sut);
    key(field, 'Enter');
    await settled(sut);
  };
  const slowness = () => words(find(sut, '#slow'));
  const sendable = () => find(sut, '[part=send]').ariaDisabled === 'false';
  return { sut, field, write, slowness, sendable };
}

describe('VoiceComposer', () => {
  it('is closed to who may not write, and says so', async () => {
    const client = new FixtureClient({ ...roomState, channelPermissions: { lobby: ['see', 'join'] } });
    const { sut, field, sendable } = await composer(client);
    expect([field.disabled, field.placeholder, sendable()]).toEqual([true, 'You may not write here', false]);
    await expectAccessible(sut);
    client.show({ channelPermissions: {} });
    await settled(sut);
    expect([field.disabled, field.placeholder]).toEqual([false, 'Message Lobby']);
  });

  it('says nothing of slow mode where there is none, and to whom it does not hold', async () => {
    expect((await composer(new FixtureClient(roomState))).slowness()).toBe('');
    const permissions = [...roomState.permissions, ...MODERATING];
    const { write, slowness, field } = await composer(new FixtureClient({ ...slow, permissions }));
    expect(slowness()).toBe('');
    await write('one');
    expect([slowness(), field.value]).toEqual(['', '']);
  });

  it('says how slow it is, and after a message how long one has to wait', async () => {
    const client = new FixtureClient(slow);
    const { sut, write, slowness, field } = await composer(client);
    expect(slowness()).toBe('Slow mode: one message every 1 h');
    await expectAccessible(sut);
    await write('one');
    await expect.poll(slowness).toBe('Slow mode: you can write again in 1 h');
    await write('two');
    expect(client.of('sendMessage')).toEqual([['one']]);
    expect(field.value).toBe('two');
  });

  it('goes by the server, where that still counts', async () => {
    const client = new FixtureClient(slow);
    client.script('sendMessage', () => {
      throw new SwitchboardError('message.slow_mode', undefined, { retryAfterMs: 120_000 });
    });
    const { write, slowness } = await composer(client);
    await write('one');
    await expect.poll(slowness).toBe('Slow mode: you can write again in 2 min');
  });

  it('opens again when the wait is over', async () => {
    const client = new FixtureClient(slow);
    client.script('sendMessage', () => {
      throw new SwitchboardError('message.slow_mode', undefined, { retryAfterMs: 50 });
    });
    const { write, slowness, field, sendable } = await composer(client);
    await write('one');
    field.value = 'two';
    field.dispatchEvent(new Event('input'));
    await expect.poll(sendable).toBe(true);
    await expect.poll(slowness).toBe('Slow mode: one message every 1 h');
  });

  it('begins anew in another room', async () => {
    const client = new FixtureClient(slow);
    const { sut, write, slowness } = await composer(client);
    await write('one');
    await expect.poll(slowness).toContain('you can write again');
    client.show({ channelId: 'quiet' });
    client.show({ channelId: 'lobby' });
    await settled(sut);
    expect(slowness()).toBe('Slow mode: one message every 1 h');
  });

  it('tells the host of every other failure', async () => {
    const client = new FixtureClient(roomState);
    client.script('sendMessage', () => {
      throw new SwitchboardError('access.denied');
    });
    const { sut, write } = await composer(client);
    const failed = once(sut, 'voice-error');
    await write('one');
    expect((await failed).problem.code).toBe('access.denied');
  });
});

describe('commands in VoiceComposer', () => {
  const scene = { ...roomState, commands };

  async function written(client = new FixtureClient(scene)) {
    const { sut, field } = await composer(client);
    const type = async (text: string) => {
      field.focus();
      field.value = text;
      field.setSelectionRange(text.length, text.length);
      field.dispatchEvent(new Event('input'));
      await settled(sut);
    };
    const press = async (name: string, more: KeyboardEventInit = {}) => {
      const passed = key(field, name, more);
      await settled(sut);
      return passed;
    };
    const options = () => [...sut.renderRoot.querySelectorAll<HTMLElement>('[role=option]')];
    const labels = () => options().map((option) => words(option.querySelector('.label')!));
    const active = () => {
      const chosen = options().filter((option) => option.ariaSelected === 'true');
      expect(chosen.map(({ id }) => id)).toEqual([field.getAttribute('aria-activedescendant')].filter(Boolean));
      return chosen.map((option) => words(option.querySelector('.label')!));
    };
    const fault = () => words(find(sut, '#fault'));
    return { sut, client, field, type, press, options, labels, active, fault };
  }

  it('are listed with the slash, and fewer as one types', async () => {
    const { sut, type, labels, active, options, field } = await written();
    await type('/');
    await expect.poll(labels).toEqual(['/voice effect [pitch]', '/roll [dice]', '/poll question [answers]', '/hand']);
    expect(words(options()[1]!)).toBe('/roll [dice] Rolls dice and tells the room Dice');
    expect(field.getAttribute('aria-controls')).toBe(find(sut, '[role=listbox]').id);
    expect(words(find(sut, '.suggest [role=status]'))).toContain('4 suggestions');
    await expectAccessible(sut);
    await type('/h');
    expect([labels(), active()]).toEqual([['/hand'], ['/hand']]);
    await type('/hx');
    expect(labels()).toEqual([]);
    await type('hello');
    expect([labels(), field.hasAttribute('aria-controls')]).toEqual([[], false]);
  });

  it('are chosen by arrow keys, and taken by Enter, Tab or a click', async () => {
    const { client, type, press, labels, active, options, field, sut } = await written();
    await type('/');
    await expect.poll(() => labels().length).toBe(4);
    await press('ArrowDown');
    expect(active()).toEqual(['/roll [dice]']);
    await press('ArrowUp');
    await press('ArrowUp');
    expect(active()).toEqual(['/hand']);
    await press('ArrowDown');
    await press('Enter');
    expect(field.value).toBe('/voice ');
    expect([labels(), active()]).toEqual([['none', 'robot', 'chipmunk', 'giant'], []]);
    await expectAccessible(sut);
    // Nothing is chosen and nothing begun: Tab goes on.
    expect(await press('Tab')).toBe(true);
    await type('/voice ch');
    expect(await press('Tab')).toBe(false);
    expect([field.value, labels()]).toEqual(['/voice chipmunk ', []]);
    expect(words(find(sut, '.usage'))).toBe('/voice effect pitch 0.5 to 2 · optional');
    await type('/voice ');
    options()[1]!.click();
    await settled(sut);
    expect(field.value).toBe('/voice robot ');
    await press('Enter');
    expect([client.of('invokeCommand'), client.of('sendMessage'), field.value]).toEqual([[['voice', 'robot']], [], '']);
    expect(labels()).toEqual([]);
  });

  it('are given by Enter where nothing is left to complete, or something else was typed for an argument', async () => {
    const { client, type, press, labels, field } = await written();
    await type('/hand');
    await expect.poll(labels).toEqual(['/hand']);
    await press('Enter');
    await type('/roll 2');
    expect(labels()).toEqual(['2d6']);
    await press('Enter');
    expect([client.of('invokeCommand'), field.value]).toEqual([
      [
        ['hand', ''],
        ['roll', '2'],
      ],
      '',
    ]);
    expect(client.of('typing')).toHaveLength(0);
  });

  it('leave the list with Escape, and the rest is a message', async () => {
    const { client, type, press, labels } = await written();
    await type('/r');
    await expect.poll(labels).toHaveLength(1);
    expect(await press('Escape')).toBe(false);
    expect(labels()).toEqual([]);
    expect(await press('Escape')).toBe(true);
    await press('Enter');
    expect([client.of('sendMessage'), client.of('invokeCommand')]).toEqual([[['/r']], []]);
  });

  it.each(['/usr/bin/roll', '/etc hosts', '/nothing', '// roll', '/roll/d6'])('are not %j', async (text) => {
    const { client, type, press, labels } = await written();
    await type('/');
    await expect.poll(labels).toHaveLength(4);
    await type(text);
    expect(labels()).toEqual([]);
    await press('Enter');
    expect([client.of('sendMessage'), client.of('invokeCommand')]).toEqual([[[text]], []]);
  });

  it('keep the text, and say why, where one fails or lacks something', async () => {
    const { sut, client, type, press, field, fault } = await written();
    await type('/poll');
    await press('Escape');
    await press('Enter');
    expect([fault(), field.value, client.of('invokeCommand')]).toEqual(['/poll needs more: question.', '/poll', []]);
    client.script('invokeCommand', () => {
      throw new SwitchboardError('command.failed', 'Polls failed: it has no answers.');
    });
    await type('/poll Lunch?');
    expect(fault()).toBe('');
    await press('Enter');
    await expect.poll(fault).toBe('Polls failed: it has no answers.');
    expect([field.value, field.ariaInvalid]).toEqual(['/poll Lunch?', 'true']);
    await expectAccessible(sut);
  });

  it('count what fits into their arguments', async () => {
    const { client, sut, type, press } = await written();
    await type(`/poll ${'x'.repeat(1_001)}`);
    expect(words(find(sut, '#left'))).toBe('1 character too many');
    await press('Enter');
    expect(client.of('invokeCommand')).toEqual([]);
  });

  it('are not held up by slow mode', async () => {
    const { client, type, press } = await written(new FixtureClient({ ...slow, commands }));
    await type('one');
    await press('Enter');
    await type('/hand');
    await press('Enter');
    expect(client.of('invokeCommand')).toEqual([['hand', '']]);
  });

  it('go with the focus', async () => {
    const { type, labels, field } = await written();
    await type('/');
    await expect.poll(labels).toHaveLength(4);
    field.blur();
    await expect.poll(labels).toEqual([]);
  });
});

describe('a message that a plugin holds back', () => {
  const held = () => {
    const client = new FixtureClient(roomState);
    client.script('sendMessage', () => {
      throw new SwitchboardError('message.cancelled', 'Tidy held the message back: It has a password.');
    });
    return client;
  };

  it('stays in the field, with who held it back and why', async () => {
    const { sut, field, write } = await composer(held());
    await write('hunter2');
    await expect.poll(() => words(find(sut, '#fault'))).toBe('Tidy held the message back: It has a password.');
    expect(field.value).toBe('hunter2');
  });

  it('comes back before what has been written since', async () => {
    const client = held();
    let settle = (): void => undefined;
    client.script('sendMessage', async () => {
      await new Promise<void>((resolve) => (settle = resolve));
      throw new SwitchboardError('message.cancelled');
    });
    const { field, write } = await composer(client);
    await write('hunter2');
    expect(field.value).toBe('');
    field.value = 'and more';
    field.dispatchEvent(new Event('input'));
    settle();
    await expect.poll(() => field.value).toBe('hunter2\nand more');
  });

  it('is not lost in another room', async () => {
    const client = held();
    let settle = (): void => undefined;
    client.script('sendMessage', async () => {
      await new Promise<void>((resolve) => (settle = resolve));
      throw new SwitchboardError('message.cancelled');
    });
    const { field, write } = await composer(client);
    await write('hunter2');
    client.show({ channelId: 'quiet' });
    settle();
    await expect.poll(() => field.value).toBe('hunter2');
  });
});
