import {
  CommandEvent,
  CommandResult,
  HttpRequest,
  Json,
  JsonKind,
  JsonWriter,
  MessageEvent,
  Random,
  Verdict,
  config,
  fail,
  httpFetch,
  log,
  members,
  onCommand,
  onMessage,
  parseJson,
  playClip,
  quote,
  reply,
  sendMessage,
  setStatus,
  storage,
} from 'switchboard';

/* For the tests of the SDK: reads JSON and writes it again, and calls every function of the host. */

export function on_command(): i32 {
  return onCommand(answer);
}

export function on_message(): i32 {
  return onMessage((event: MessageEvent): Verdict | null => {
    const code = event.code;
    const place = code === null ? 'text' : `${code.language} ${code.path} ${code.startLine}-${code.endLine}`;
    return Verdict.annotate(`${event.id} ${event.nickname} ${event.self} ${event.createdAtMs} ${place}: ${event.text}`);
  });
}

function answer(event: CommandEvent): CommandResult | null {
  if (event.args == 'host') return reply(useHost());
  if (event.args == 'fail') {
    fail('It went wrong: 😀');
    return null;
  }
  if (event.args == 'abort') assert(false, 'on purpose');
  if (event.args == 'chance') {
    const random = new Random(event.seed);
    return reply(`${random.below(1000000)} ${random.next()}`);
  }
  const json = parseJson(event.args);
  if (json === null) return reply('no JSON');
  return reply(written(json));
}

function written(json: Json): string {
  if (json.kind == JsonKind.Text) return quote(json.text);
  if (json.kind == JsonKind.Bool) return json.bool ? 'true' : 'false';
  if (json.kind == JsonKind.Null) return 'null';
  if (json.kind == JsonKind.Number) return new JsonWriter().number('n', json.number).end().slice(5, -1);
  if (json.kind == JsonKind.List) return `[${json.items.map<string>((item: Json) => written(item)).join(',')}]`;
  const fields = new JsonWriter();
  for (let at = 0; at < json.names.length; at++) fields.json(json.names[at], written(json.items[at]));
  return fields.end();
}

function useHost(): string {
  log.debug('debug');
  log.info('info 😀');
  log.warn('warn');
  log.error('error');
  storage.set('kept', 'Grüße 😀');
  storage.set('gone', 'x');
  storage.remove('gone');
  const clip = new Int16Array(3);
  clip[0] = -32768;
  clip[2] = 32767;
  const request = new HttpRequest('https://example.org/ü');
  request.headers.set('accept', 'text/plain');
  const inRoom = members();
  const names = inRoom === null ? 'nobody' : inRoom.members[0].nickname + (inRoom.members[0].muted ? ' muted' : '');
  return [
    config.text('word'),
    config.flag('flag') ? 'yes' : 'no',
    config.number('half').toString(),
    storage.get('kept'),
    `[${storage.get('gone')}]`,
    sendMessage('message "😀"').toString(),
    setStatus('status').toString(),
    playClip(clip).toString(),
    httpFetch(request).toString(),
    names,
  ].join('|');
}
