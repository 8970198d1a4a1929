import { Member, Room } from './events';
import { fetchJson, membersJson, sendJson } from './host';
import { Json, JsonWriter, parseJson } from './json';

/**
 * Sends a message: at the client in the name of who runs the plugin, to the room they are in; at the server in the plugin's own, to the room
 * that is named. Needs the permission `message.send`. @returns 0, or one of `Refused`.
 */
export function sendMessage(text: string, roomId: string = ''): i64 {
  const json = new JsonWriter().text('text', text);
  if (roomId.length > 0) json.text('roomId', roomId);
  return sendJson(json.end());
}

export class RoomMembers {
  constructor(
    readonly room: Room,
    readonly members: Member[],
  ) {}
}

/** Who is in the room; null in none. Needs the permission `members.read`. */
export function members(): RoomMembers | null {
  const json = parseJson(membersJson());
  if (json === null || json.get('room').isNull) return null;
  return new RoomMembers(
    new Room(json.get('room')),
    json.get('members').items.map<Member>((item: Json) => new Member(item)),
  );
}

export class HttpRequest {
  method: string = 'GET';
  headers: Map<string, string> = new Map();
  body: string = '';

  constructor(readonly url: string) {}
}

/** Asks for something by HTTP; `on_http` is told what came of it. Needs the permission `http`. @returns the number of the request, or one of `Refused`. */
export function httpFetch(request: HttpRequest): i64 {
  const names = request.headers.keys();
  const headers = new JsonWriter();
  for (let at = 0; at < names.length; at++) headers.text(names[at], request.headers.get(names[at]));
  return fetchJson(
    new JsonWriter()
      .text('method', request.method)
      .text('url', request.url)
      .json('headers', headers.end())
      .text('body', request.body)
      .end(),
  );
}
