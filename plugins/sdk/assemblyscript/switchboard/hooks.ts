import {
  CommandEvent,
  ConnectEvent,
  HttpEvent,
  MessageEvent,
  PluginEvent,
  SendEvent,
  SpeakingEvent,
  VisitEvent,
} from './events';
import { fail, inputText, outputText, takeFailure } from './host';
import { JsonWriter, parseJson } from './json';
import { CommandResult, Verdict } from './results';

/*
 * One for each hook: `export function on_command(): i32 { return onCommand(roll); }`. Each reads the event, calls the plugin's own function,
 * writes what it answers, and then clears away what the call has left in memory: nothing but what globals hold outlives a call.
 */

/** @internal Ends a hook. Only where nothing managed is in use any more. */
export function ended(): i32 {
  __collect();
  return takeFailure() ? 1 : 0;
}

function read<E>(): E | null {
  const json = parseJson(inputText());
  if (json === null) {
    fail('The event is no JSON.');
    return null;
  }
  return instantiate<E>(json);
}

function tell<E>(handler: (event: E) => void): void {
  const event = read<E>();
  if (event !== null) handler(event);
}

function judge<E>(handler: (event: E) => Verdict | null): void {
  const event = read<E>();
  if (event === null) return;
  const verdict = handler(event);
  if (verdict !== null) outputText(verdict.toJson());
}

function answer(handler: (event: CommandEvent) => CommandResult | null): void {
  const event = read<CommandEvent>();
  if (event === null) return;
  const result = handler(event);
  if (result !== null) outputText(result.toJson());
}

function notice(handler: (event: ConnectEvent) => string | null): void {
  const event = read<ConnectEvent>();
  if (event === null) return;
  const text = handler(event);
  if (text !== null) outputText(new JsonWriter().text('notice', text).end());
}

export function onCommand(handler: (event: CommandEvent) => CommandResult | null): i32 {
  answer(handler);
  return ended();
}

/** After the start, and when somebody has changed a setting: `config` answers anew. */
export function onConfig(handler: (event: PluginEvent) => void): i32 {
  tell<PluginEvent>(handler);
  return ended();
}

export function onTimer(handler: (event: PluginEvent) => void): i32 {
  tell<PluginEvent>(handler);
  return ended();
}

export function onHttp(handler: (event: HttpEvent) => void): i32 {
  tell<HttpEvent>(handler);
  return ended();
}

/** What it answers, only who has come is shown. Server. */
export function onConnect(handler: (event: ConnectEvent) => string | null): i32 {
  notice(handler);
  return ended();
}

/** At the client the answer counts for nothing. */
export function onUserJoinChannel(handler: (event: VisitEvent) => Verdict | null): i32 {
  judge<VisitEvent>(handler);
  return ended();
}

export function onUserLeaveChannel(handler: (event: VisitEvent) => void): i32 {
  tell<VisitEvent>(handler);
  return ended();
}

export function onMessage(handler: (event: MessageEvent) => Verdict | null): i32 {
  judge<MessageEvent>(handler);
  return ended();
}

export function onMessageSend(handler: (event: SendEvent) => Verdict | null): i32 {
  judge<SendEvent>(handler);
  return ended();
}

export function onSpeaking(handler: (event: SpeakingEvent) => void): i32 {
  tell<SpeakingEvent>(handler);
  return ended();
}
