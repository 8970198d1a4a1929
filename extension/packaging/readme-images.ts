import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const IMAGE = /!\[([^\]]*)\]\((?!https:)([^)\s]+\.png)\)/g;

/**
 * Puts the pictures of a Markdown text into the text itself.
 * @param folder that its paths begin in
 * @throws Error if a picture is missing
 */
export async function inlineImages(markdown: string, folder: string): Promise<string> {
  const paths = new Set([...markdown.matchAll(IMAGE)].map(([, , path]) => path ?? ''));
  const images = new Map<string, string>();
  for (const path of paths) images.set(path, (await readFile(join(folder, path))).toString('base64'));
  return markdown.replaceAll(
    IMAGE,
    (_, title: string, path: string) => `![${title}](data:image/png;base64,${images.get(path) ?? ''})`,
  );
}
