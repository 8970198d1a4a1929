import { SwitchboardError, type PluginConfig } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { manifest, plugin, PLUGINS } from '../testing/plugin-fixtures.ts';
import { expectAccessible, find, mount, query, settled, words } from '../testing/stage.ts';
import { VoicePluginConfig } from './voice-plugin-config.ts';

const DEFAULTS = {
  effect: 'robot',
  pitch: 1,
  harmonics: 4,
  announce: false,
  greeting: 'Beep.',
  lines: 'One\nTwo',
};

async function form(given = plugin(PLUGINS.voiceChanger)) {
  const client = new FixtureClient();
  const sut = await mount(Object.assign(new VoicePluginConfig(), { client, plugin: given }));
  const kept = (): PluginConfig => sut.plugin.config;
  client.script('configurePlugin', (_, config) => {
    sut.plugin = { ...given, config };
  });
  const write = async (name: string, value: string, event = 'change'): Promise<void> => {
    const field = find(sut, `#${name}`) as HTMLInputElement;
    field.value = value;
    field.dispatchEvent(new Event(event, { bubbles: true }));
    await settled(sut);
  };
  const sentTo = () => client.of('configurePlugin').map(([, config]) => config);
  const fault = (name: string) => {
    const element = query(sut, `#fault-${name}`);
    return element === null ? null : words(element);
  };
  return { sut, client, kept, write, sentTo, fault };
}

describe('VoicePluginConfig', () => {
  it('has a field for each kind of setting', async () => {
    const { sut } = await form();
    const kinds = ['effect', 'pitch', 'harmonics', 'greeting', 'lines'].map((name) => {
      const field = find(sut, `#${name}`) as HTMLInputElement;
      return [field.localName, field.type, field.value];
    });
    expect(kinds).toEqual([
      ['select', 'select-one', 'robot'],
      ['input', 'range', '1'],
      ['input', 'text', '4'],
      ['input', 'text', 'Beep.'],
      ['textarea', 'textarea', 'One\nTwo'],
    ]);
    expect(find(sut, '[name=announce]', HTMLInputElement).checked).toBe(false);
    expect([...find(sut, '#effect').querySelectorAll('option')].map((one) => words(one))).toEqual([
      'none',
      'robot',
      'chipmunk',
      'giant',
    ]);
    await expectAccessible(sut);
  });

  it('keeps each at once, as what it is', async () => {
    const { sut, write, sentTo, kept } = await form();
    await write('effect', 'giant');
    await write('pitch', '1.5', 'input');
    await write('harmonics', ' 7 ');
    await write('greeting', ' Hi ');
    await write('lines', 'a\nb');
    find(sut, '[name=announce]').click();
    await expect.poll(() => sentTo().length).toBe(6);
    expect(kept()).toEqual({
      effect: 'giant',
      pitch: 1.5,
      harmonics: 7,
      announce: true,
      greeting: ' Hi ',
      lines: 'a\nb',
    });
    expect(words(find(sut, 'output'))).toBe('1.5');
  });

  it.each([
    ['harmonics', 'x', 'Enter a number.'],
    ['harmonics', '', 'Enter a number.'],
    ['harmonics', '1.5', 'Enter a whole number.'],
    ['harmonics', '0', 'Enter 1 or more.'],
    ['greeting', 'x'.repeat(21), 'Enter 20 characters or less.'],
  ])('does not keep %s %j, and says why', async (name, value, said) => {
    const { sut, write, sentTo, fault } = await form();
    await write(name, value);
    expect([fault(name), sentTo(), (find(sut, `#${name}`) as HTMLInputElement).value]).toEqual([said, [], value]);
    expect(find(sut, `#${name}`).ariaInvalid).toBe('true');
    await expectAccessible(sut);
    await write('effect', 'none');
    expect(sentTo()).toEqual([{ ...DEFAULTS, effect: 'none' }]);
    expect(fault(name)).toBe(said);
    await write(name, '3');
    expect(fault(name)).toBeNull();
  });

  it('shows at its field what the client refuses', async () => {
    const { sut, client, write, fault } = await form();
    client.script('configurePlugin', () => {
      throw new SwitchboardError('plugin.config_invalid', 'It may not greet.', { field: 'greeting' });
    });
    await write('greeting', 'Hello');
    await expect.poll(() => fault('greeting')).toContain('It may not greet.');
    client.script('configurePlugin', () => {
      throw new SwitchboardError('plugin.storage_failed');
    });
    await write('greeting', 'Hello again');
    await expect.poll(() => words(find(sut, 'p.wrong'))).toContain('could not be kept');
    expect(fault('greeting')).toBeNull();
  });

  it('leaves alone what is being typed when the plugin is shown anew', async () => {
    const { sut, write, sentTo } = await form();
    const shown = (): string => (find(sut, '#greeting') as HTMLInputElement).value;
    await write('greeting', 'Hel', 'input');
    sut.plugin = plugin(PLUGINS.voiceChanger);
    await write('effect', 'none');
    expect([shown(), sentTo()]).toEqual(['Hel', [{ ...DEFAULTS, effect: 'none' }]]);
    await write('greeting', 'Hello');
    expect(sentTo().at(-1)).toMatchObject({ greeting: 'Hello' });
    // Left as it was, it is what the plugin has.
    await write('lines', 'Three', 'input');
    find(sut, '#lines').dispatchEvent(new FocusEvent('blur'));
    sut.plugin = plugin(PLUGINS.voiceChanger);
    await settled(sut);
    expect((find(sut, '#lines') as HTMLTextAreaElement).value).toBe('One\nTwo');
  });

  it('keeps where a slider ends, not each place on its way', async () => {
    const { client, write, sentTo } = await form();
    const settle: (() => void)[] = [];
    client.script('configurePlugin', () => new Promise<void>((resolve) => settle.push(resolve)));
    for (const value of ['1.1', '1.2', '1.3', '1.4']) await write('pitch', value, 'input');
    expect(sentTo()).toHaveLength(1);
    settle[0]?.();
    await expect.poll(() => sentTo().map((config) => (config as PluginConfig).pitch)).toEqual([1.1, 1.4]);
  });

  it('goes back to the defaults', async () => {
    const { sut, write, sentTo, kept } = await form();
    expect(query(sut, '.form > .button')).toBeNull();
    await write('effect', 'none');
    await write('harmonics', 'x');
    find(sut, '.form > .button').click();
    await expect.poll(() => sentTo().length).toBe(2);
    await settled(sut);
    expect([kept(), query(sut, '.wrong:not([hidden])'), query(sut, '.form > .button')]).toEqual([DEFAULTS, null, null]);
  });

  it('has no trouble with names that objects have', async () => {
    const properties = {
      constructor: { type: 'string', default: 'a' },
      valueOf: { type: 'integer', default: 1 },
    } as const;
    const described = manifest({ id: 'odd', config: { type: 'object', properties } });
    const { sut, write, sentTo } = await form(plugin(described));
    expect((find(sut, '#constructor') as HTMLInputElement).value).toBe('a');
    await write('valueOf', '2');
    expect(sentTo()).toEqual([{ constructor: 'a', valueOf: 2 }]);
  });
});
