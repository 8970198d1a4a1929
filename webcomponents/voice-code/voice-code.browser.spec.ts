import { describe, expect, it, vi } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { people, roomState, sent } from '../testing/fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, mount, once, query, settled, words } from '../testing/stage.ts';
import { VoiceChat } from '../voice-chat/voice-chat.ts';
import { VoiceCode } from './voice-code.ts';

const code = { language: 'typescript', workspace: 'switchboard', path: 'src/deep/a.ts', startLine: 3, endLine: 4 };
const message = sent({ by: people.grace, text: '\tlet a;\n\tlet b;', code });

async function block(given: Partial<VoiceCode> = {}): Promise<VoiceCode> {
  const shown = message.status === 'sent' ? message.message : null;
  const sut = Object.assign(new VoiceCode(), { code, written: shown?.text, message: shown, active: true, ...given });
  sut.style.width = '320px';
  return mount(sut);
}

async function chat(): Promise<VoiceChat> {
  const sut = Object.assign(new VoiceChat(), { client: new FixtureClient(SCENES.code), codeOpens: true });
  sut.style.height = '500px';
  sut.style.width = '480px';
  return mount(sut);
}

describe('VoiceCode', () => {
  describe('accessibility', () => {
    it('has no violation, with and without somebody who can show the place', async () => {
      await expectAccessible(await block());
      await expectAccessible(await block({ opens: true }));
      await expectAccessible(await block({ code: { language: 'c', startLine: 1, endLine: 1 }, opens: true }));
    });

    it('has none in a log, where beside the active message only what scrolls is a stop for Tab', async () => {
      const sut = await chat();
      await expectAccessible(sut);
      const blocks = [...sut.renderRoot.querySelectorAll('voice-message')].flatMap((one) => [
        ...one.renderRoot.querySelectorAll('voice-code'),
      ]);
      const stops = blocks.map((one) => one.renderRoot.querySelectorAll('[tabindex="0"]').length);
      expect(stops).toEqual([1, 1, 1, 2]);
    });
  });

  describe('the code', () => {
    it('is shown as written, and is never markup', async () => {
      const sut = await block({ written: '  <img src=x onerror=alert(1)>\n\t`a` https://example.org' });
      expect(find(sut, 'pre').textContent).toBe('  <img src=x onerror=alert(1)>\n\t`a` https://example.org');
      expect(query(sut, 'img, a, code')).toBeNull();
      expect(getComputedStyle(find(sut, 'pre')).whiteSpace).toBe('pre');
    });

    it('scrolls sideways within its block', async () => {
      const sut = await block({ written: 'x'.repeat(500) });
      const pre = find(sut, 'pre');
      expect(pre.scrollWidth).toBeGreaterThan(pre.clientWidth);
      expect(sut.scrollWidth).toBeLessThanOrEqual(sut.clientWidth);
    });

    it('is copied as written', async () => {
      const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
      const sut = await block();
      find(sut, '.icon-button').click();
      await expect.poll(() => words(find(sut, '[role=status]'))).toBe('Copied');
      expect(write).toHaveBeenCalledWith('\tlet a;\n\tlet b;');
      write.mockRejectedValue(new DOMException('no', 'NotAllowedError'));
      Object.assign(sut, { written: 'other' });
      await settled(sut);
      expect(words(find(sut, '[role=status]'))).toBe('');
      find(sut, '.icon-button').click();
      await expect.poll(() => getSelection()?.toString()).toBe('other');
      write.mockRestore();
    });
  });

  describe('its place', () => {
    it('names file, lines and language, and the whole path on hovering', async () => {
      const sut = await block();
      const place = find(sut, '[part=place]');
      expect(place.tagName).toBe('SPAN');
      expect([...place.children].map((part) => words(part))).toEqual(['a.ts', 'lines 3–4', 'typescript']);
      expect(place.title).toBe('switchboard: src/deep/a.ts');
    });

    it('opens where somebody listens, and in no other page', async () => {
      const sut = await block({ opens: true });
      const opened = once(document.body, 'voice-code-open');
      find(sut, 'button[part=place]').click();
      expect((await opened).message).toBe(message.status === 'sent' && message.message);
      Object.assign(sut, { opens: false });
      await settled(sut);
      expect(query(sut, 'button[part=place]')).toBeNull();
    });

    it('opens from the log once it was sent', async () => {
      const sut = await chat();
      const shown = [...sut.renderRoot.querySelectorAll('voice-message')].map((one) =>
        query(one, 'voice-code >>> [part=place]'),
      );
      expect(shown.map((one) => one?.tagName)).toEqual([undefined, 'BUTTON', 'BUTTON', 'BUTTON', 'SPAN']);
      const opened = once(sut, 'voice-code-open');
      shown[1]?.click();
      expect((await opened).message.id).toBe('0002');
    });
  });

  it('keeps the white space that code begins with when it is edited', async () => {
    const text = '\tlet a;\n';
    const entries = [sent({ by: people.self, text, code })];
    const client = new FixtureClient({ ...roomState, chat: { entries, more: false, loading: false, typing: [] } });
    const sut = Object.assign(new VoiceChat(), { client });
    await mount(sut);
    const [one] = sut.renderRoot.querySelectorAll('voice-message');
    await one!.edit();
    const field = find(one!, 'textarea', HTMLTextAreaElement);
    field.value = '\tlet c;';
    find(one!, '.button.primary').click();
    expect(client.of('editMessage')).toEqual([['0001', '\tlet c;']]);
  });
});
