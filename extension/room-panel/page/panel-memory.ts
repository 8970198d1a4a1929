import * as v from 'valibot';
import { SECTIONS } from '../panel-messages.ts';

const memory = v.object({
  section: v.picklist(SECTIONS),
  /** What was being written, and in which room. */
  draft: v.nullable(v.object({ channelId: v.string(), text: v.string() })),
});

/** What the page keeps while it is out of sight, and is closed. */
export type PanelMemory = v.InferOutput<typeof memory>;

const FRESH: PanelMemory = { section: 'chat', draft: null };

/** What was kept; as at the first time, where it is nothing of ours. */
export function recalled(kept: unknown): PanelMemory {
  const { success, output } = v.safeParse(memory, kept);
  return success ? output : FRESH;
}
