import * as v from 'valibot';
import { counter, hex } from '../control/model.ts';
import { pluginCommand, pluginId, pluginVersion } from './plugin-manifest.ts';

/** A client plugin that the server offers to everyone; each person still agrees. */
export const pluginOffer = v.object({
  id: pluginId,
  version: pluginVersion,
  name: v.string(),
  description: v.string(),
  author: v.string(),
  /** Of the package file, which is at this path of the web port: whoever fetches it checks. */
  packageSha256: hex(32),
  path: v.pipe(v.string(), v.startsWith('/')),
  bytes: counter,
});
export type PluginOffer = v.InferOutput<typeof pluginOffer>;

/** A slash command that the server knows, and the plugin that answers it. */
export const serverCommand = v.object({ ...pluginCommand.entries, pluginName: v.string() });
export type ServerCommand = v.InferOutput<typeof serverCommand>;

/** What the server's plugins bring to everyone. */
export const pluginCatalogue = v.object({ offers: v.array(pluginOffer), commands: v.array(serverCommand) });
export type PluginCatalogue = v.InferOutput<typeof pluginCatalogue>;
export const NO_PLUGINS: PluginCatalogue = { offers: [], commands: [] };
