import { Json } from './json';

/* What hooks are told. */

export class PluginEvent {
  /** Milliseconds since 1970: a plugin has no clock of its own. */
  readonly nowMs: i64;
  /** New each time: what chance begins with. Not for secrets. */
  readonly seed: u64;

  constructor(json: Json) {
    this.nowMs = <i64>json.numberOf('nowMs');
    this.seed = <u64>json.numberOf('seed');
  }
}

export class Room {
  readonly id: string;
  readonly name: string;

  constructor(json: Json) {
    this.id = json.textOf('id');
    this.name = json.textOf('name');
  }
}

/** Somebody in a room. `id` ends with the visit, `userId` stays. */
export class Person {
  readonly id: string;
  readonly userId: string;
  readonly nickname: string;
  /** Who runs the plugin; nobody at the server. */
  readonly self: bool;

  constructor(json: Json) {
    this.id = json.textOf('id');
    this.userId = json.textOf('userId');
    this.nickname = json.textOf('nickname');
    this.self = json.boolOf('self');
  }
}

export class Member extends Person {
  readonly muted: bool;
  readonly speaking: bool;

  constructor(json: Json) {
    super(json);
    this.muted = json.boolOf('muted');
    this.speaking = json.boolOf('speaking');
  }
}

/** Where the code of a message is from. */
export class Code {
  path: string = '';
  workspace: string = '';

  constructor(
    readonly language: string,
    /** The first line and the last, from 1. */
    readonly startLine: i32,
    readonly endLine: i32,
  ) {}

  static from(json: Json): Code | null {
    if (json.isNull) return null;
    const code = new Code(json.textOf('language'), <i32>json.numberOf('startLine'), <i32>json.numberOf('endLine'));
    code.path = json.textOf('path');
    code.workspace = json.textOf('workspace');
    return code;
  }
}

export class CommandEvent extends PluginEvent {
  readonly name: string;
  /** What follows the name, trimmed. */
  readonly args: string;
  readonly member: Person;
  readonly room: Room;

  constructor(json: Json) {
    super(json);
    this.name = json.textOf('name');
    this.args = json.textOf('args');
    this.member = new Person(json.get('member'));
    this.room = new Room(json.get('room'));
  }
}

/** Somebody comes into a room, or leaves it. */
export class VisitEvent extends PluginEvent {
  readonly member: Person;
  readonly room: Room;

  constructor(json: Json) {
    super(json);
    this.member = new Person(json.get('member'));
    this.room = new Room(json.get('room'));
  }
}

/** Somebody has come to the server. */
export class ConnectEvent extends PluginEvent {
  readonly member: Person;
  readonly guest: bool;

  constructor(json: Json) {
    super(json);
    this.member = new Person(json.get('member'));
    this.guest = json.boolOf('guest');
  }
}

/** A message: at the client one that has come, at the server one that is about to be stored. */
export class MessageEvent extends PluginEvent {
  /** Empty at the server: it has none yet. */
  readonly id: string;
  readonly userId: string;
  readonly nickname: string;
  readonly self: bool;
  readonly text: string;
  /** The text is code; null if it is not. */
  readonly code: Code | null;
  readonly createdAtMs: i64;
  readonly room: Room;

  constructor(json: Json) {
    super(json);
    const message = json.has('message') ? json.get('message') : json;
    const author = message.get('author');
    this.id = message.textOf('id');
    this.userId = author.textOf('userId');
    this.nickname = author.textOf('nickname');
    this.self = author.boolOf('self');
    this.text = message.textOf('text');
    this.code = Code.from(message.get('code'));
    this.createdAtMs = <i64>(message.has('createdAt') ? message.numberOf('createdAt') : json.numberOf('nowMs'));
    this.room = new Room(json.get('room'));
  }
}

/** One is about to send a message. */
export class SendEvent extends PluginEvent {
  readonly text: string;
  readonly code: Code | null;
  readonly room: Room;

  constructor(json: Json) {
    super(json);
    this.text = json.textOf('text');
    this.code = Code.from(json.get('code'));
    this.room = new Room(json.get('room'));
  }
}

export class SpeakingEvent extends PluginEvent {
  readonly member: Person;
  readonly speaking: bool;

  constructor(json: Json) {
    super(json);
    this.member = new Person(json.get('member'));
    this.speaking = json.boolOf('speaking');
  }
}

/** What `httpFetch` asked for has come, or will not. */
export class HttpEvent extends PluginEvent {
  readonly requestId: i64;
  /** 0 where there was no answer; `error` says why. */
  readonly status: i32;
  readonly body: string;
  readonly error: string;

  constructor(json: Json) {
    super(json);
    this.requestId = <i64>json.numberOf('requestId');
    this.status = <i32>json.numberOf('status');
    this.body = json.textOf('body');
    this.error = json.textOf('error');
  }
}
