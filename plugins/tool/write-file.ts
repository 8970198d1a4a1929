import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ToolError } from './tool-io.ts';

/**
 * Writes a file whole: whoever watches the folder sees the old one or the new one, and nothing half done.
 * @throws ToolError
 */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeFile(beside, bytes);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw new ToolError(
      `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}
