import { consentsOf, type PluginManifest } from '@switchboard/protocol';
import type { PluginRun } from './plugin-run.ts';
import type { InspectionView, PluginView } from './plugin.schemas.ts';
import type { InstalledPlugin } from './plugin.entity.ts';
import type { Inspection } from './plugins.service.ts';

const OFF = { kind: 'off', problem: null } as const;
const NO_FIGURES = { calls: 0, faults: 0, restarts: 0, refused: 0, meanUs: 0, maxUs: 0 };

export function viewOf(plugin: InstalledPlugin, run: PluginRun | undefined): PluginView {
  const { manifest, icon, packageSha256, packageBytes: bytes } = plugin;
  const { enabled, offered, config, installedAt, updatedAt } = plugin;
  return {
    ...described(manifest),
    icon,
    packageSha256,
    bytes,
    enabled,
    offered,
    configSchema: manifest.config,
    config: { ...config },
    status: run?.status ?? OFF,
    figures: run?.figures ?? NO_FIGURES,
    installedAt,
    updatedAt,
  };
}

export function inspectionOf(inspection: Inspection): InspectionView {
  const { content, packageSha256, packageBytes: bytes, installedVersion, newConsents } = inspection;
  const { manifest, icon, readme } = content;
  return {
    ...described(manifest),
    icon,
    readme,
    packageSha256,
    bytes,
    installedVersion,
    newConsents: [...newConsents],
  };
}

function described(manifest: PluginManifest) {
  const {
    id,
    name,
    version,
    description,
    author,
    licence,
    homepage = null,
    targets,
    hooks,
    publisher = null,
  } = manifest;
  const commands = manifest.commands.map((command) => ({ name: command.name, description: command.description }));
  const consents = [...consentsOf(manifest)];
  return { id, name, version, description, author, licence, homepage, targets, hooks, commands, publisher, consents };
}
