import type { ErrorCode } from '@switchboard/protocol';
import { germanPluginFailures } from '../../strings/plugin-failures.de.ts';
import { germanPackageErrors } from '../../strings/plugin-strings.de.ts';

/** What only a connection with voice can meet, not the API. */
type OfTheRoomAlone =
  | `client.${string}`
  | `session.${string}`
  | `whisper.${string}`
  | `protocol.hello_${string}`
  | `auth.join_token_${string}`
  | 'protocol.unknown_type'
  | 'protocol.version_unsupported'
  | 'protocol.too_many_bad_messages'
  | 'message.nonce_reused'
  | 'message.slow_mode';

/** The server's own sentence tells the reason and the end of this very ban. */
type ToldByTheServer = 'access.banned';

type Told = Exclude<ErrorCode, OfTheRoomAlone | ToldByTheServer> | 'client.unreachable' | 'client.unexpected';

/** Every code that the API answers with: the server's own sentences are English. */
export const errors: Readonly<Record<Told, string>> = {
  'client.unreachable':
    'Der Server ist nicht erreichbar. Prüfe, ob er läuft und ob du online bist, und versuche es noch einmal.',
  'client.unexpected':
    'Die Antwort war nicht zu verstehen. Lade die Seite neu; hilft das nicht, steht Näheres im Protokoll des Servers.',

  'protocol.malformed': 'Der Server konnte die Anfrage nicht lesen. Lade die Seite neu und versuche es noch einmal.',
  'protocol.invalid': 'Eine Angabe fehlt oder ist falsch. Prüfe die Eingaben.',
  'protocol.too_large': 'Das ist mehr, als der Server annimmt.',
  'protocol.too_slow': 'Das Senden hat zu lange gedauert. Versuche es noch einmal.',

  'auth.nickname_invalid': 'Wähle einen Namen aus 1 bis 32 sichtbaren Zeichen.',
  'auth.nickname_taken': 'Hier trägt schon jemand diesen Namen. Wähle einen anderen.',
  'auth.guests_disabled': 'Dieser Server nimmt keine Gäste auf. Melde dich mit einem Konto an.',
  'auth.credentials_invalid': 'Benutzername oder Passwort ist falsch. Prüfe beides und versuche es noch einmal.',
  'auth.origin_refused': 'Diese Seite darf den Server nicht benutzen. Sein Betreiber kann ihre Adresse zulassen.',
  'auth.username_invalid':
    'Ein Benutzername hat 2 bis 32 Buchstaben, Ziffern, Punkte, Bindestriche und Unterstriche und beginnt mit einem Buchstaben oder einer Ziffer.',
  'auth.username_taken': 'Diesen Benutzernamen gibt es schon. Wähle einen anderen.',
  'auth.password_weak':
    'Wähle ein besseres Passwort: 8 bis 128 Zeichen, nicht der Name und keines, das alle raten würden.',
  'auth.password_wrong': 'Das Passwort ist falsch.',
  'auth.too_many_attempts': 'Zu viele Fehlversuche. Warte einen Augenblick und versuche es dann noch einmal.',
  'auth.log_in_ended': 'Die Anmeldung ist beendet. Melde dich neu an.',
  'auth.log_in_not_found': 'Diese Anmeldung gibt es nicht.',
  'auth.registration_closed': 'Dieser Server nimmt von selbst keine neuen Konten auf. Frage seinen Betreiber.',
  'auth.invite_required': 'Für ein Konto brauchst du hier eine Einladung.',
  'auth.invite_invalid': 'Diese Einladung gilt nicht mehr. Bitte um eine neue.',
  'auth.setup_closed': 'Dieser Server ist schon eingerichtet. Melde dich an.',
  'auth.setup_code_wrong': 'Der Code des Links ist nicht der, den dieser Start des Servers ausgegeben hat.',
  'auth.token_missing': 'Dafür musst du angemeldet sein.',
  'auth.token_invalid': 'Die Anmeldung gilt nicht mehr. Melde dich neu an.',
  'auth.token_expired': 'Die Anmeldung ist abgelaufen. Melde dich neu an.',

  'api.not_found': 'Unter dieser Adresse gibt es nichts.',

  'access.denied': 'Das darfst du hier nicht.',
  'access.rank': 'Dafür reicht dein Rang nicht: Die Person oder die Rolle hat denselben oder einen höheren.',
  'access.not_yours_to_give': 'Du kannst nur Rechte geben, die du selbst hast.',
  'access.last_admin': 'Das ist die letzte Person mit Verwaltungsrecht. Gib es erst jemand anderem.',

  'server.full': 'Der Server ist voll. Versuche es später noch einmal.',
  'server.draining': 'Der Server startet neu. Versuche es gleich noch einmal.',
  'server.rate_limited': 'Zu viele Anfragen. Warte einen Augenblick.',
  'server.not_found': 'Diesen virtuellen Server gibt es nicht.',
  'server.last': 'Das ist der einzige virtuelle Server. Lege erst einen anderen an.',
  'server.internal':
    'Auf dem Server ist etwas schiefgegangen. Versuche es noch einmal; Näheres steht in seinem Protokoll.',

  'channel.not_found': 'Diesen Raum gibt es nicht mehr.',
  'channel.password_wrong': 'Das Passwort ist falsch.',
  'channel.password_required': 'Dieser Raum verlangt ein Passwort.',
  'channel.full': 'Der Raum ist voll. Versuche es wieder, wenn jemand geht.',
  'channel.not_joined': 'Diese Person ist in keinem Raum.',
  'channel.role_required': 'Dieser Raum ist für Leute mit einer bestimmten Rolle.',
  'channel.has_children': 'Verschiebe oder lösche erst die Räume darin.',
  'channel.cycle': 'Ein Raum kann nicht in sich selbst liegen.',

  'member.not_found': 'Diese Person ist nicht mehr hier.',
  'user.not_found': 'Dieses Konto gibt es nicht.',
  'role.not_found': 'Diese Rolle gibt es nicht.',
  'role.built_in': 'Diese Rolle gehört zu jedem Server: Sie lässt sich nicht löschen, und ihr Rang steht fest.',
  'invite.not_found': 'Diese Einladung gibt es nicht.',
  'api_key.not_found': 'Diesen API-Schlüssel gibt es nicht.',
  'ban.not_found': 'Diese Sperre gibt es nicht.',
  'ban.nothing_to_ban':
    'Dieser Gast lässt sich nicht wiedererkennen. Sperre auch die Adresse oder wirf ihn nur hinaus.',

  'message.not_found': 'Diese Nachricht gibt es nicht mehr.',
  'message.not_author': 'Nur wer die Nachricht geschrieben hat, kann sie ändern.',

  ...germanPackageErrors,
  ...germanPluginFailures,
  'plugin.duplicate': 'Zwei Plugins mit dieser Kennung sind da. Entferne eines davon.',

  'webhook.not_found': 'Diesen Webhook gibt es nicht.',
  'webhook.too_many': 'Mehr Webhooks kann ein Server nicht haben. Lösche erst einen.',
  'backup.invalid': 'Das ist keine Sicherung von Switchboard, oder sie ist beschädigt. Nichts wurde geändert.',
  'backup.newer':
    'Die Sicherung stammt von einer neueren Version von Switchboard. Aktualisiere erst diesen Server. Nichts wurde geändert.',
  'backup.too_large': 'Die Sicherung ist größer, als dieser Server annimmt. Nichts wurde geändert.',
  'backup.in_progress': 'Es wird gerade eine andere Sicherung eingespielt. Warte, bis das fertig ist.',

  'stress.running': 'Es läuft schon ein Belastungstest. Beende ihn erst.',
  'stress.not_running': 'Es läuft kein Belastungstest.',
  'stress.people_present':
    'In den Räumen sind Leute, die es merken könnten. Warte, bis sie gegangen sind, oder starte trotzdem.',
  'stress.channel_unsuitable':
    'Die Bots brauchen einen Raum ohne Passwort und ohne verlangte Rolle, in dem alle Platz haben.',
};
