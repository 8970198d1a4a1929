import type { RemarkStrings } from './remark-strings.ts';

export const germanRemarks: RemarkStrings = {
  general: 'Allgemein',
  plugins: 'Plugins',
  pluginStopped: (name, why) => `${name}: ${why}`,
  pluginBadge: 'Plugin',
  onlyYouSee: 'Nur du siehst das',
  hiddenBy: (plugin, reason) => `Von ${plugin} verborgen: ${reason}`,
  show: 'Zeigen',
  hide: 'Verbergen',
  announceReply: (plugin, text) => `${plugin}, nur an dich: ${text}`,
  announceHidden: (name, plugin) => `Eine Nachricht von ${name} wurde von ${plugin} verborgen`,

  commands: 'Befehle',
  suggestions: (count) =>
    count === 1 ? '1 Vorschlag, Tab übernimmt ihn' : `${count} Vorschläge, Pfeiltasten wählen, Tab übernimmt einen`,
  optional: 'freiwillig',
  argumentMissing: (command, argument) => `/${command} braucht noch: ${argument}.`,
};
