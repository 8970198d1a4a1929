export { DelayedChanges, type Changes, type DelayedChangesOptions } from './delayed-changes.ts';
export { PortFrameLine, type FrameLine, type FramePort } from './frame-line.ts';
export type { HookEvent, HookOf, HookResult } from './hook-types.ts';
export { checkManifest, parseManifest } from './package/manifest-reader.ts';
export { sha256Hex } from './package/package-crypto.ts';
export { writePluginPackage } from './package/package-writer.ts';
export { readPluginPackage, type PluginPackage } from './package/plugin-package.ts';
export { compareVersions, newConsents, updateProblem } from './package/plugin-update.ts';
export {
  PluginHttp,
  sendPluginFetch,
  type FetchedResponse,
  type FetchFunction,
  type PluginFetchAnswer,
  type SendPluginFetch,
} from './plugin-fetch.ts';
export type { PluginLife } from './plugin-life.ts';
export {
  PluginRunner,
  type PluginFigures,
  type PluginRunnerEvents,
  type PluginRunnerOptions,
} from './plugin-runner.ts';
export { checkedFromSandbox } from './sandbox-checks.ts';
export type { OpenSandbox, SandboxEvents, SandboxLine } from './sandbox-line.ts';
export type {
  FrameAnswer,
  FrameQuestion,
  FromSandbox,
  LogLevel,
  PluginAct,
  SandboxFault,
  StoredValues,
  ToSandbox,
} from './sandbox-messages.ts';
export type { PluginLogLine } from '../voice-client-api.ts';
export { checkModule } from './sandbox/module-check.ts';
