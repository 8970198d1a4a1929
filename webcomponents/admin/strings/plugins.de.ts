import type { plugins as english } from './plugins.ts';

export const plugins: typeof english = {
  plugins: {
    intro:
      'Code, der abgeschottet in diesem Server läuft, und was allen für ihre Stimme und ihre Nachrichten angeboten wird.',
    catalogue: 'Öffentlicher Katalog',
    empty: 'Noch keine Plugins',
    emptyText:
      'Installiere eines, das der Server mitbringt, oder eines aus einer Datei. Du siehst vorher, was es will.',
    orderHint: 'Nachrichten, Befehle und wer einen Raum betritt gehen von oben nach unten durch sie hindurch.',
    bundled: 'Bringt der Server mit',
    bundledHint: 'Keines davon tut etwas, bevor du es installierst.',

    withServer: 'vom Server mitgebracht',

    runs: 'Läuft im Server',
    offered: 'Allen angeboten',
    isOffered: 'Läuft bei allen, die es installieren',
    isNotOffered: 'Niemand kann es installieren: Es wird nicht angeboten',
    kinds: { server: 'für den Server', client: 'für Leute' },

    figures: (name) => `Zahlen von ${name}, seit der Server läuft`,
    calls: 'Aufrufe',
    faults: 'Fehler',
    restarts: 'Neustarts',
    refused: 'Verweigert',
    mean: 'Mittel je Aufruf',
    longest: 'Längster Aufruf',

    installed: (name, version) => `${name} ${version} ist installiert.`,
    updated: (name, version) => `${name} hat jetzt Version ${version}.`,
    started: (name) => `${name} wird neu gestartet.`,
    removeTitle: (name) => `${name} entfernen?`,
    removeText:
      'Seine Einstellungen und alles, was es sich gemerkt hat, sind dann fort. Was es geschrieben hat, bleibt; wer es von hier installiert hat, behält es.',
    removed: (name) => `${name} ist entfernt.`,

    canInServer: 'Wenn du zustimmst, kann es im Server',
    canWithPeople: 'Wer es installiert, wird gefragt, ob es darf',
    mayInServer: 'Im Server darf es',
    mayWithPeople: 'Bei denen, die es installieren, darf es',
    run: 'Gleich im Server laufen lassen',
    offer: 'Gleich allen anbieten',
    offerHint: 'Es steht dann im Raum und im öffentlichen Katalog; alle entscheiden für sich.',
    runsApart: {
      server:
        'Es läuft abgeschottet von den Dateien des Servers und von anderen Plugins. Du kannst es jederzeit ausschalten.',
      client:
        'Es läuft abgeschottet von den Dateien der Leute und von anderen Plugins. Alle können es jederzeit ausschalten.',
    },

    inServer: {
      'hook:on_message': 'Jede Nachricht lesen, ändern, abweisen oder mit Anmerkungen versehen',
      'hook:on_user_join_channel': 'Sehen, wer einen Raum betritt, und den Eintritt verweigern',
      'hook:on_user_leave_channel': 'Sehen, wer einen Raum verlässt',
      'hook:on_connect': 'Sehen, wer zum Server kommt, und eine Mitteilung zeigen',
      'permission:message.send': 'Unter eigenem Namen Nachrichten und Mitteilungen schreiben',
      'permission:members.read': 'Sehen, wer in welchem Raum ist, wer stumm ist und wer spricht',
      'permission:storage': 'Eigene Daten auf diesem Server behalten',
      'permission:log': 'Ein Protokoll schreiben, das du hier findest',
    },
    withPeople: {
      'hook:on_audio_frame_captured': 'Ihr Mikrofon hören und verändern',
      'hook:on_audio_frame_received': 'Hören und für sie verändern, was andere sagen',
      'hook:on_message': 'Die Nachrichten in ihrem Raum lesen, vor ihnen verbergen und mit Anmerkungen versehen',
      'hook:on_user_join_channel': 'Sehen, wer ihren Raum betritt',
      'hook:on_user_leave_channel': 'Sehen, wer ihren Raum verlässt',
      'hook:on_speaking': 'Sehen, wer in ihrem Raum wann spricht',
      'hook:on_message_send': 'Ihre Nachrichten lesen, bevor sie gesendet werden, sie ändern oder zurückhalten',
      'permission:message.send': 'In ihrem Namen Nachrichten senden',
      'permission:clip.play': 'In ihrem Namen Klänge in den Raum spielen',
      'permission:status.set': 'Ihren Status ändern',
      'permission:members.read': 'Sehen, wer in ihrem Raum ist, wer stumm ist und wer spricht',
      'permission:storage': 'Eigene Daten auf ihrem Gerät behalten',
      'permission:log': 'Ein Protokoll schreiben, nur für sie',
    },
  },
};
