import { html, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { theme } from '../styles/theme.styles.ts';
import { define, VoiceElement } from '../voice-element.ts';
import { hueOf, initials } from './initials.ts';
import { styles } from './voice-avatar.styles.ts';

/**
 * A user's initials on a colour of its own, with a ring while speaking. Decoration: the name stands beside it.
 *
 * @customElement voice-avatar
 * @csspart disc - the coloured disc
 * @csspart ring - the ring that shows speech
 * @cssprop [--voice-avatar-size=32px] - width and height
 */
@define('voice-avatar')
export class VoiceAvatar extends VoiceElement {
  static override styles = [theme, styles];

  /** The name whose initials are shown. */
  @property() name = '';
  /** Decides the colour. */
  @property({ attribute: 'user-id' }) userId = '';
  @property({ type: Boolean, reflect: true }) speaking = false;
  /** The connection is gone for the moment. */
  @property({ type: Boolean, reflect: true }) away = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('userId')) this.style.setProperty('--_hue', String(hueOf(this.userId)));
  }

  protected override render(): TemplateResult {
    return html`<span part="disc" aria-hidden="true">${initials(this.name)}</span><span part="ring"></span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-avatar': VoiceAvatar;
  }
}
