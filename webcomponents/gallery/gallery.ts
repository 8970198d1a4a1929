import type { PluginInspection } from '@switchboard/client';
import '../embed.ts';
import '../voice-app/voice-app.ts';
import { isTheme } from '../preferences.ts';
import { FixtureClient } from '../testing/fixture-client.ts';
import { inspection, PLUGINS } from '../testing/plugin-fixtures.ts';
import { SCENES, type SceneName } from '../testing/scenes.ts';

/*
 * Shows one state of one element: `?scene=room&element=voice-room&theme=dark&open=settings&channel=Lobby`; `open=plugins` for theirs.
 * Without a scene it lists them all.
 */

const asked = new URLSearchParams(location.search);
const scene = asked.get('scene');
document.documentElement.lang = asked.get('lang') ?? 'en';
document.documentElement.dir = asked.get('dir') ?? 'ltr';

if (scene === null || !(scene in SCENES)) listScenes();
else await show(scene as SceneName);

function listScenes(): void {
  for (const name of Object.keys(SCENES)) {
    for (const element of ['voice-room', 'voice-app']) {
      const link = document.createElement('a');
      link.href = `?scene=${name}&element=${element}&channel=Lobby`;
      link.textContent = `${element}, ${name}`;
      document.body.append(link, document.createElement('br'));
    }
  }
}

async function show(name: SceneName): Promise<void> {
  const element = document.createElement(asked.get('element') === 'voice-app' ? 'voice-app' : 'voice-room');
  const theme = asked.get('theme');
  if (isTheme(theme)) element.theme = theme;
  element.channel = asked.get('channel') ?? '';
  element.nickname = 'Ada Lovelace';
  const client = new FixtureClient(SCENES[name]);
  client.script('inspectPlugin', inspected);
  element.client = client;
  if (element.localName === 'voice-room') element.style.height = asked.get('height') ?? '100dvh';
  document.body.append(element);
  await element.updateComplete;
  const section = asked.get('open');
  if (section === 'settings' || section === 'plugins') {
    element.openSettings(section === 'plugins' ? 'plugins' : 'general');
    await new Promise(requestAnimationFrame);
    client.hear(-28);
  }
  const press = asked.get('press');
  if (press !== null) pierce(element, press)?.click();
}

/** The package of an offer, which is its id here; of a file, whatever it is, one that is not signed. */
function inspected(bytes: Uint8Array): PluginInspection {
  const { voiceChanger, tidy } = PLUGINS;
  if (new TextDecoder().decode(bytes) !== voiceChanger.id) return inspection(tidy, { icon: '' });
  return inspection(
    { ...voiceChanger, version: '1.3.0', permissions: [...voiceChanger.permissions, { name: 'clip.play' }] },
    { installedVersion: voiceChanger.version, newConsents: ['permission:clip.play'] },
  );
}

/** Finds an element by selectors joined by ` >>> `, one shadow root after the other. */
function pierce(from: HTMLElement, path: string): HTMLElement | undefined {
  let found: HTMLElement | null | undefined = from;
  for (const selector of path.split(' >>> ')) found = found?.shadowRoot?.querySelector<HTMLElement>(selector);
  return found ?? undefined;
}
