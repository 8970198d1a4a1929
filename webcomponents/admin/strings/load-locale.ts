import { registerAdminLocale } from './strings.ts';

/** Fetches the words of a language, where there are some besides English. Until they are there, the page is English. */
export async function loadAdminLocale(tag: string): Promise<void> {
  if (tag.toLowerCase().split('-')[0] !== 'de') return;
  const { german } = await import('./strings.de.ts');
  registerAdminLocale(german);
}
