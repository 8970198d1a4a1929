/** What is said of plugins in the room and the chat. A part of `Strings`; what their own pane says, is loaded with it. */
export interface RemarkStrings {
  readonly general: string;
  readonly plugins: string;
  readonly pluginStopped: (name: string, why: string) => string;
  /** Beside the name of a plugin that has written a message. */
  readonly pluginBadge: string;
  readonly onlyYouSee: string;
  readonly hiddenBy: (plugin: string, reason: string) => string;
  readonly show: string;
  readonly hide: string;
  readonly announceReply: (plugin: string, text: string) => string;
  readonly announceHidden: (name: string, plugin: string) => string;

  readonly commands: string;
  /** For who cannot see the list. */
  readonly suggestions: (count: number) => string;
  readonly optional: string;
  readonly argumentMissing: (command: string, argument: string) => string;
}

export const englishRemarks: RemarkStrings = {
  general: 'General',
  plugins: 'Plugins',
  pluginStopped: (name, why) => `${name}: ${why}`,
  pluginBadge: 'Plugin',
  onlyYouSee: 'Only you see this',
  hiddenBy: (plugin, reason) => `Hidden by ${plugin}: ${reason}`,
  show: 'Show',
  hide: 'Hide',
  announceReply: (plugin, text) => `${plugin}, to you alone: ${text}`,
  announceHidden: (name, plugin) => `A message of ${name} was hidden by ${plugin}`,

  commands: 'Commands',
  suggestions: (count) =>
    count === 1 ? '1 suggestion, Tab takes it' : `${count} suggestions, arrow keys choose, Tab takes one`,
  optional: 'optional',
  argumentMissing: (command, argument) => `/${command} needs more: ${argument}.`,
};
