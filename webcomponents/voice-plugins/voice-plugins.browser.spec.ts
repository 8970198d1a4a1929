import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { registerLocale } from '../strings/locale.ts';
import { german } from '../strings/strings.de.ts';
import { FixtureClient } from '../testing/fixture-client.ts';
import { roomState } from '../testing/fixtures.ts';
import { inspection, installed, manifest, offer, plugin, PLUGINS } from '../testing/plugin-fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, mount, query, settled, words } from '../testing/stage.ts';
import { VoicePlugin } from '../voice-plugin/voice-plugin.ts';
import { VoicePlugins } from './voice-plugins.ts';

registerLocale(german);

async function pane(client = new FixtureClient(SCENES.plugins), widthPx = 480) {
  const frame = document.createElement('div');
  frame.style.width = `${widthPx}px`;
  document.body.append(frame);
  const sut = await mount(Object.assign(new VoicePlugins(), { client }), frame);
  const shown = () => [...sut.renderRoot.querySelectorAll('voice-plugin')];
  const order = () => shown().map((one) => one.plugin?.manifest.id);
  const dialog = () => find(sut, 'voice-plugin-consent >>> dialog', HTMLDialogElement);
  const problem = () => words(find(sut, '.problem'));
  return { sut, client, shown, order, dialog, problem };
}

function drop(sut: VoicePlugins, bytes: Uint8Array<ArrayBuffer>): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], 'tidy-1.0.0.zip'));
  const target = find(sut, '.pane');
  target.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
  target.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}

describe('VoicePlugins', () => {
  it.each([
    ['with plugins in every state', SCENES.plugins],
    ['with offers alone', { ...SCENES.plugins, plugins: [] }],
    ['with nothing', roomState],
  ])('has no accessibility violation %s', async (_, state) => {
    for (const widthPx of [200, 480]) {
      const { sut } = await pane(new FixtureClient(state), widthPx);
      await expectAccessible(sut);
      sut.remove();
    }
  });

  it.each(['en', 'de'])('fits into 200 px, with all open, in %s', async (language) => {
    const { sut, shown } = await pane(undefined, 200);
    sut.lang = language;
    registerLocale(german);
    const { right } = sut.getBoundingClientRect();
    for (const part of ['settings', 'about', 'log']) {
      for (const one of shown()) one.renderRoot.querySelector<HTMLElement>(`#${part}`)?.click();
      await settled(sut);
      await expect.poll(() => wide(sut.renderRoot, right)).toEqual([]);
    }
  });

  it('says what plugins are where there are none, and how to get some', async () => {
    const { sut, client } = await pane(new FixtureClient(roomState));
    expect(words(find(sut, '.empty'))).toContain('Plugins change your voice');
    expect(words(find(sut, '.empty'))).toContain('Install one from a file');
    client.show({ pluginOffers: SCENES.plugins.pluginOffers });
    await settled(sut);
    expect(words(find(sut, '.empty'))).not.toContain('Install one from a file');
    client.show({ plugins: installed });
    await settled(sut);
    expect(query(sut, '.empty')).toBeNull();
  });

  it('lists them in their order, and follows it', async () => {
    const { sut, client, order } = await pane();
    expect(order()).toEqual(['voice-changer', 'org.example.tidy', 'dice', 'soundboard']);
    client.show({ plugins: installed.toReversed() });
    await settled(sut);
    expect(order()).toEqual(['soundboard', 'dice', 'org.example.tidy', 'voice-changer']);
  });

  it('puts one elsewhere, keeps the focus there, and says so', async () => {
    const { sut, client, order, shown } = await pane();
    client.script('movePlugin', (id, index) => {
      const moved = client.state.plugins.filter(({ manifest: { id: other } }) => other === id);
      const others = client.state.plugins.filter(({ manifest: { id: other } }) => other !== id);
      client.show({ plugins: others.toSpliced(index, 0, ...moved) });
    });
    const down = shown()[1]!.renderRoot.querySelector<HTMLElement>('#down')!;
    down.focus();
    down.click();
    await expect.poll(() => words(find(sut, '.pane > [role=status]'))).toBe('Tidy is now 3 of 4');
    expect(order()).toEqual(['voice-changer', 'dice', 'org.example.tidy', 'soundboard']);
    expect(shown()[2]!.shadowRoot?.activeElement?.id).toBe('down');
    const ends = [shown()[0], shown()[3]].map((one) => one!.renderRoot.querySelector<HTMLElement>('#up, #down'));
    expect(client.of('movePlugin')).toEqual([['org.example.tidy', 2]]);
    ends[0]?.click();
    shown()[3]!.renderRoot.querySelector<HTMLElement>('#down')!.click();
    expect(client.of('movePlugin')).toHaveLength(1);
  });

  describe('what the server offers', () => {
    const offered = (sut: VoicePlugins) => [...sut.renderRoot.querySelectorAll<HTMLElement>('.offer')];

    it('can be installed or updated, or is there already', async () => {
      const { sut } = await pane();
      expect(offered(sut).map((one) => words(one))).toEqual([
        'Voice changer 1.3.0 by Grace Hopper Shifts the pitch of your voice, or makes it a robot’s. Update to 1.3.0',
        'Dice 1.0.0 by Ada Lovelace Rolls dice. Installed',
        'Raise hand 1.0.0 by Margaret H A queue of who wants to speak next. Install',
      ]);
      const updates = [...sut.renderRoot.querySelectorAll('voice-plugin')].map(({ newer }) => newer?.version);
      expect(updates).toEqual(['1.3.0', undefined, undefined, undefined]);
    });

    it.each([
      ['0.9.0', 'Installed'],
      ['1.0.0-rc.1', 'Installed'],
      ['1.0.0', 'Installed'],
      ['1.0.10', 'Update to 1.0.10'],
    ])('is no update where it is not newer: %s', async (version, label) => {
      const known = manifest({ id: 'dice' });
      const state = { ...roomState, plugins: [plugin(known)], pluginOffers: [offer({ ...known, version })] };
      const { sut } = await pane(new FixtureClient(state));
      expect(words(offered(sut)[0]!)).toContain(label);
    });

    it('is an update where it is another package of the same version', async () => {
      const known = manifest({ id: 'dice' });
      const state = { ...roomState, plugins: [plugin(known)], pluginOffers: [offer(known, 'cd'.repeat(32))] };
      const { sut } = await pane(new FixtureClient(state));
      expect(words(offered(sut)[0]!)).toContain('Update to 1.0.0');
    });

    it('is fetched and looked at, and installed when one agrees', async () => {
      const { sut, client, dialog } = await pane();
      offered(sut)[2]!.querySelector('button')!.click();
      await expect.poll(() => dialog().open).toBe(true);
      const bytes = new TextEncoder().encode('raise-hand');
      expect([client.of('fetchPlugin'), client.of('inspectPlugin'), client.of('installPlugin')]).toEqual([
        [['raise-hand']],
        [[bytes]],
        [],
      ]);
      find(sut, 'voice-plugin-consent >>> #agree').click();
      await expect.poll(() => dialog().open).toBe(false);
      expect(client.of('installPlugin')).toEqual([[bytes, inspection().newConsents, 'server']]);
    });

    it('says why it cannot be had', async () => {
      const { sut, client, dialog, problem } = await pane();
      client.script('fetchPlugin', () => {
        throw new SwitchboardError('plugin.hash_wrong');
      });
      offered(sut)[2]!.querySelector('button')!.click();
      await expect.poll(problem).toContain('not what its description names');
      expect(dialog().open).toBe(false);
      await expectAccessible(sut);
      client.script('fetchPlugin', () => undefined);
      offered(sut)[2]!.querySelector('button')!.click();
      await expect.poll(() => dialog().open).toBe(true);
      expect(find(sut, '.problem').checkVisibility()).toBe(false);
    });
  });

  describe('a file', () => {
    it('can be dropped', async () => {
      const { sut, client, dialog } = await pane();
      client.script('inspectPlugin', () => inspection(PLUGINS.tidy));
      drop(sut, new Uint8Array([1, 2, 3]));
      await expect.poll(() => dialog().open).toBe(true);
      expect(client.of('inspectPlugin')).toEqual([[new Uint8Array([1, 2, 3])]]);
      find(sut, 'voice-plugin-consent >>> #agree').click();
      await expect.poll(() => client.of('installPlugin').map(([, , origin]) => origin)).toEqual(['file']);
    });

    it('can be chosen, and chosen again', async () => {
      const { sut, client, dialog } = await pane();
      const input = find(sut, 'input[type=file]', HTMLInputElement);
      for (const times of [1, 2]) {
        const files = new DataTransfer();
        files.items.add(new File([new Uint8Array([times])], 'x.zip'));
        input.files = files.files;
        input.dispatchEvent(new Event('change'));
        await expect.poll(() => dialog().open).toBe(true);
        dialog().close();
        expect(input.value).toBe('');
      }
      expect(client.of('inspectPlugin')).toEqual([[new Uint8Array([1])], [new Uint8Array([2])]]);
    });

    it('is not read where it is too large', async () => {
      const { sut, client, problem } = await pane();
      drop(sut, new Uint8Array(5 * 1024 * 1024 + 1));
      await expect.poll(problem).toContain('larger than is accepted');
      expect(client.of('inspectPlugin')).toEqual([]);
    });

    it('that is no plugin says what is wrong, and where', async () => {
      const { sut, client, problem, dialog } = await pane();
      client.script('inspectPlugin', () => {
        throw new SwitchboardError('plugin.manifest_invalid', 'It must be the name of a host.', {
          field: 'permissions.0.hosts.1',
        });
      });
      drop(sut, new Uint8Array([1]));
      await expect.poll(problem).toBe('It must be the name of a host. At fault: permissions.0.hosts.1');
      expect(dialog().open).toBe(false);
    });
  });
});

/** What sticks out to the side, in any shadow tree. */
function wide(root: ParentNode, rightPx: number): string[] {
  return [...root.querySelectorAll<HTMLElement>('*')].flatMap((element) => {
    if (!element.checkVisibility() || element.closest('.sr-only') !== null) return [];
    const own =
      element.getBoundingClientRect().right > rightPx + 0.5 ? [`${element.localName}.${element.className}`] : [];
    return [...own, ...(element.shadowRoot === null ? [] : wide(element.shadowRoot, rightPx))];
  });
}

describe('VoicePlugin', () => {
  async function one(id: keyof typeof PLUGINS | 'stopped' = 'voiceChanger') {
    const client = new FixtureClient(SCENES.plugins);
    const known = installed.find(({ manifest: { id: wanted } }) =>
      id === 'stopped' ? wanted === PLUGINS.tidy.id : wanted === PLUGINS[id].id,
    )!;
    const sut = await mount(Object.assign(new VoicePlugin(), { client, plugin: known, count: 4 }));
    const click = async (selector: string): Promise<void> => {
      find(sut, selector).click();
      await settled(sut);
    };
    return { sut, client, click };
  }

  it('says who it is by, whether that is sure, and what it costs', async () => {
    const { sut } = await one();
    expect(words(find(sut, '.who'))).toBe('Voice changer 1.2.0 by Grace Hopper · signed, key 5f3c 5f3c 5f3c');
    expect(words(find(sut, '.status'))).toBe('Running 12 µs of 20 ms · 2 missed');
    expect(find(sut, '.cost').title).toContain('the longest took 4.3 ms');
    const tidy = await one('tidy');
    expect(words(find(tidy.sut, '.who'))).toContain('unsigned');
    expect(query(tidy.sut, '.cost')).toBeNull();
  });

  it.each([
    [{ kind: 'off' }, 'Off'],
    [{ kind: 'waiting' }, 'On, and runs while you are in a room'],
    [{ kind: 'starting' }, 'Starting…'],
    [{ kind: 'running' }, 'Running'],
    [
      { kind: 'restarting', problem: { code: 'plugin.crashed', message: 'It trapped in on_message.' } },
      'Being started again. It trapped in on_message.',
    ],
    [
      { kind: 'stopped', problem: { code: 'plugin.quota', message: '' } },
      'Stopped. The plugin used more than it may and was stopped. Start again',
    ],
  ] as const)('says how it is: %j', async (status, said) => {
    const sut = await mount(Object.assign(new VoicePlugin(), { plugin: plugin(PLUGINS.dice, { status }) }));
    expect(words(find(sut, '.status'))).toBe(said);
    await expectAccessible(sut);
  });

  it('is switched off and on, and started again', async () => {
    const { sut, client, click } = await one();
    expect(find(sut, '[role=switch]').ariaChecked).toBe('true');
    await click('[role=switch]');
    const stopped = await one('stopped');
    await stopped.click('#start');
    expect([client.of('setPluginEnabled'), stopped.client.of('setPluginEnabled')]).toEqual([
      [['voice-changer', false]],
      [['org.example.tidy', true]],
    ]);
  });

  it('says why something did not work', async () => {
    const { sut, client, click } = await one();
    client.script('setPluginEnabled', () => {
      throw new SwitchboardError('plugin.start_failed');
    });
    await click('[role=switch]');
    await expect.poll(() => words(find(sut, '.problem'))).toBe('The plugin could not be started.');
    await expectAccessible(sut);
  });

  it('shows one of its parts at a time', async () => {
    const { sut, click } = await one();
    const open = () => [...sut.renderRoot.querySelectorAll('[aria-expanded=true]')].map(({ id }) => id);
    for (const part of ['settings', 'about', 'log']) {
      await click(`#${part}`);
      await settled(sut);
      expect(open()).toEqual([part]);
      await expectAccessible(sut);
    }
    await click('#log');
    expect([open(), query(sut, '.opened')]).toEqual([[], null]);
    const { sut: dice } = await one('dice');
    expect(query(dice, '#settings')).toBeNull();
  });

  it('tells of itself, and never in HTML', async () => {
    const { sut, client, click } = await one();
    client.script('pluginReadme', () => 'Hello <img src=x onerror=alert(1)> `code`\nhttps://example.org javascript:x');
    await click('#about');
    await expect.poll(() => query(sut, '.readme')).not.toBeNull();
    const readme = find(sut, '.readme');
    expect(readme.querySelector('img')).toBeNull();
    expect([...readme.querySelectorAll('a')].map(({ href }) => href)).toEqual(['https://example.org/']);
    expect(words(readme)).toBe('Hello <img src=x onerror=alert(1)> code https://example.org javascript:x');
    expect([...sut.renderRoot.querySelectorAll('.may li')].map((line) => words(line))).toEqual([
      'Hear and change your microphone',
      'Write a log, for you alone',
      '/voice Changes your voice',
    ]);
  });

  it('shows its icon, and a sign where that is broken', async () => {
    const sut = await mount(
      Object.assign(new VoicePlugin(), { plugin: plugin(PLUGINS.dice, { icon: 'bm8gcGljdHVyZQ==' }) }),
    );
    await expect.poll(() => find(sut, '.plugin-icon img').hidden).toBe(true);
    const { sut: good } = await one();
    await expect.poll(() => find(good, '.plugin-icon img', HTMLImageElement).naturalWidth).toBe(16);
    expect(find(good, '.plugin-icon img').hidden).toBe(false);
  });

  it('is removed when one has said so twice', async () => {
    const { sut, client, click } = await one();
    await click('#remove');
    await expect.poll(() => sut.shadowRoot?.activeElement?.id).toBe('confirm');
    await expectAccessible(sut);
    find(sut, '#confirm').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }),
    );
    await expect.poll(() => sut.shadowRoot?.activeElement?.id).toBe('remove');
    await click('#remove');
    expect(client.of('removePlugin')).toEqual([]);
    await click('#confirm');
    expect(client.of('removePlugin')).toEqual([['voice-changer']]);
  });
});
