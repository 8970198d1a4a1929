/** The words about plugins that are the dashboard's alone; what the room has as well is in `strings/plugin-strings.ts`. */
export const plugins = {
  plugins: {
    intro: 'Code that runs in this server, walled off, and what everyone is offered for their own voice and messages.',
    catalogue: 'Public catalogue',
    empty: 'No plugins yet',
    emptyText: 'Install one that comes with the server, or one from a file. You see what it wants before.',
    orderHint: 'Messages, commands and who joins a room pass through them from top to bottom.',
    bundled: 'Come with the server',
    bundledHint: 'None of them does anything before you install it.',

    withServer: 'comes with the server',

    runs: 'Runs in the server',
    offered: 'Offered to everyone',
    isOffered: 'Runs with everyone who installs it',
    isNotOffered: 'Nobody can install it: it is not offered',
    kinds: { server: 'for the server', client: 'for people' },

    figures: (name: string) => `Figures of ${name} since the server started`,
    calls: 'Calls',
    faults: 'Faults',
    restarts: 'Restarts',
    refused: 'Refused',
    mean: 'Mean call',
    longest: 'Longest call',

    installed: (name: string, version: string) => `${name} ${version} is installed.`,
    updated: (name: string, version: string) => `${name} is version ${version} now.`,
    started: (name: string) => `${name} is being started again.`,
    removeTitle: (name: string) => `Remove ${name}?`,
    removeText:
      'Its settings and all that it has kept go for good. What it wrote stays, and whoever installed it from here keeps it.',
    removed: (name: string) => `${name} is removed.`,

    canInServer: 'If you agree, it can do this in the server',
    canWithPeople: 'Whoever installs it is asked whether it may',
    mayInServer: 'In the server it may',
    mayWithPeople: 'With those who install it, it may',
    run: 'Run it in the server at once',
    offer: 'Offer it to everyone at once',
    offerHint: 'It is listed in the room and in the public catalogue; everyone decides for themselves.',
    runsApart: {
      server: 'It runs walled off from the server’s files and from other plugins. You can switch it off at any time.',
      client: 'It runs walled off from people’s files and from other plugins. Everyone can switch it off at any time.',
    },

    /** What it may do to whom, by the names of what is agreed to. */
    inServer: {
      'hook:on_message': 'Read every message, change it, reject it or add notes',
      'hook:on_user_join_channel': 'See who joins a room, and keep them out',
      'hook:on_user_leave_channel': 'See who leaves a room',
      'hook:on_connect': 'See who comes to the server, and show them a notice',
      'permission:message.send': 'Write messages and notices under its own name',
      'permission:members.read': 'See who is in which room, who is muted and who speaks',
      'permission:storage': 'Keep data of its own on this server',
      'permission:log': 'Write a log, which you find here',
    },
    withPeople: {
      'hook:on_audio_frame_captured': 'Hear and change their microphone',
      'hook:on_audio_frame_received': 'Hear and change what others say, for their ears',
      'hook:on_message': 'Read the messages in their room, hide them from them and add notes',
      'hook:on_user_join_channel': 'See who joins their room',
      'hook:on_user_leave_channel': 'See who leaves their room',
      'hook:on_speaking': 'See who speaks in their room, and when',
      'hook:on_message_send': 'Read their messages before they are sent, change them or hold them back',
      'permission:message.send': 'Send messages in their name',
      'permission:clip.play': 'Play sounds into the room in their name',
      'permission:status.set': 'Change their status',
      'permission:members.read': 'See who is in their room, who is muted and who speaks',
      'permission:storage': 'Keep data of its own on their device',
      'permission:log': 'Write a log, for them alone',
    },
  },
};
