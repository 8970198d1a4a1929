import { registerLocale } from './strings/locale.ts';
import { german } from './strings/strings.de.ts';
import './voice-room/voice-room.ts';

registerLocale(german);

export { registerLocale };
