import { SwitchboardError, type PluginManifest } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { inspection, manifest, PLUGINS } from '../testing/plugin-fixtures.ts';
import { expectAccessible, find, mount, query, settled, words } from '../testing/stage.ts';
import { VoicePluginConsent } from './voice-plugin-consent.ts';

const bytes = new Uint8Array([7]);

async function asked(described: PluginManifest, given: Parameters<typeof inspection>[1] = {}) {
  const client = new FixtureClient();
  const sut = await mount(Object.assign(new VoicePluginConsent(), { client }));
  await sut.ask({ bytes, origin: 'file', inspection: inspection(described, given) });
  await settled(sut);
  const lines = () => [...sut.renderRoot.querySelectorAll('.may li')].map((line) => words(line));
  const agree = () => find(sut, '#agree');
  return { sut, client, lines, agree };
}

describe('VoicePluginConsent', () => {
  it('says in words what a plugin wants, and who it is by', async () => {
    const { sut, lines, agree } = await asked(PLUGINS.voiceChanger);
    expect(words(find(sut, '#title'))).toBe('Install Voice changer?');
    expect(words(find(sut, '.who'))).toBe('Voice changer 1.2.0 by Grace Hopper · signed, key 5f3c 5f3c 5f3c');
    expect(lines()).toEqual(['Hear and change your microphone', 'Write a log, for you alone']);
    expect([words(agree()), query(sut, '.warning')]).toEqual(['Agree and install', null]);
    expect(sut.shadowRoot?.activeElement?.textContent.trim()).toBe('Cancel');
    await expectAccessible(sut);
  });

  it('warns of one that nobody has signed', async () => {
    const { sut } = await asked(PLUGINS.tidy);
    expect(words(find(sut, '.warning'))).toContain('nobody vouches for who made it');
    expect(words(find(sut, '.by'))).toContain('unsigned');
    await expectAccessible(sut);
  });

  it('marks what is new in an update', async () => {
    const { sut, lines, agree } = await asked(PLUGINS.tidy, {
      installedVersion: '0.9.0',
      newConsents: ['host:api.example.org'],
    });
    expect(words(find(sut, '#title'))).toBe('Update Tidy?');
    expect(words(find(sut, '.name'))).toBe('Tidy 0.9.1 from 0.9.0');
    expect(lines().filter((line) => line.endsWith('New'))).toEqual([
      'Talk to api.example.org over the internet, and tell it what it hears or reads New',
    ]);
    expect(words(agree())).toBe('Agree and update');
    await expectAccessible(sut);
  });

  it('says so where there is nothing to agree to', async () => {
    const update = await asked(PLUGINS.tidy, { installedVersion: '0.9.0', newConsents: [] });
    expect(words(find(update.sut, '#wants'))).toContain('nothing that you have not agreed to before');
    expect(words(update.agree())).toBe('Update');
    const { sut, agree, lines } = await asked(manifest({ id: 'plain' }));
    expect(words(find(sut, '#wants'))).toBe('It asks for nothing: it cannot hear, read or send anything.');
    expect([words(agree()), lines()]).toEqual(['Install', []]);
  });

  it('installs once, with what was agreed to', async () => {
    const { sut, client, agree } = await asked(PLUGINS.tidy, { newConsents: ['host:api.example.org'] });
    let settle = (): void => undefined;
    client.script('installPlugin', () => new Promise<void>((resolve) => (settle = resolve)));
    agree().click();
    agree().click();
    await settled(sut);
    expect(agree().ariaDisabled).toBe('true');
    settle();
    await expect.poll(() => find(sut, 'dialog', HTMLDialogElement).open).toBe(false);
    expect(client.of('installPlugin')).toEqual([[bytes, ['host:api.example.org'], 'file']]);
  });

  it('stays, and says why, where that fails', async () => {
    const { sut, client, agree } = await asked(PLUGINS.tidy);
    client.script('installPlugin', () => {
      throw new SwitchboardError('plugin.publisher_changed');
    });
    agree().click();
    await expect.poll(() => words(find(sut, '.wrong'))).toContain('from another publisher is installed');
    expect(find(sut, 'dialog', HTMLDialogElement).open).toBe(true);
    await expectAccessible(sut);
  });

  it('installs nothing when one does not agree', async () => {
    const { sut, client } = await asked(PLUGINS.tidy);
    find(sut, '.row .button:not(.primary)').click();
    expect([find(sut, 'dialog', HTMLDialogElement).open, client.calls]).toEqual([false, []]);
  });
});
