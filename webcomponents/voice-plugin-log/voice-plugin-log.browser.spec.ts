import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { logLines } from '../testing/plugin-fixtures.ts';
import { expectAccessible, find, mount, query, settled, words } from '../testing/stage.ts';
import { VoicePluginLog } from './voice-plugin-log.ts';

async function log(client = new FixtureClient()) {
  const sut = await mount(Object.assign(new VoicePluginLog(), { client, pluginId: 'dice', name: 'Dice' }));
  await settled(sut);
  const lines = () => [...sut.renderRoot.querySelectorAll('li')].map((line) => words(line));
  return { sut, client, lines };
}

describe('VoicePluginLog', () => {
  it('shows what was logged, as it was written', async () => {
    const { sut, client, lines } = await log();
    await expect.poll(lines).toHaveLength(4);
    expect(lines()[2]).toMatch(/Warning A frame came <b>late<\/b>\.$/);
    expect([query(sut, 'b'), client.of('pluginLog')]).toEqual([null, [['dice']]]);
    await expectAccessible(sut);
  });

  it('follows while it shows, and no longer', async () => {
    const { sut, client, lines } = await log();
    await expect.poll(lines).toHaveLength(4);
    client.script('pluginLog', () => [...logLines, { timeMs: 5, level: 'info', text: 'More' }]);
    await expect.poll(lines).toHaveLength(5);
    sut.remove();
    const asked = client.of('pluginLog').length;
    const next = await log();
    await expect.poll(() => next.client.of('pluginLog').length).toBe(3);
    expect(client.of('pluginLog')).toHaveLength(asked);
  });

  it('says that there is nothing, or why it cannot be read', async () => {
    const client = new FixtureClient();
    client.script('pluginLog', () => []);
    const { sut } = await log(client);
    await expect.poll(() => words(find(sut, '.hint'))).toBe('Nothing was logged.');
    client.script('pluginLog', () => {
      throw new SwitchboardError('plugin.not_found');
    });
    await expect.poll(() => words(find(sut, '.hint'))).toBe('There is no such plugin.');
  });
});
