import { registerLocale } from '../../strings/locale.ts';
import { registerAdminLocale } from './strings.ts';

/** Fetches the words of a language, where there are some besides English. Until they are there, the page is English. */
export async function loadAdminLocale(tag: string): Promise<void> {
  if (tag.toLowerCase().split('-')[0] !== 'de') return;
  const { german } = await import('./strings.de.ts');
  // Parts of the room stand in the dashboard as well; what these say of their own goes by the language.
  registerLocale({ language: german.language, errors: german.errors });
  registerAdminLocale(german);
}
