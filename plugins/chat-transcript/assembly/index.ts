import { CommandEvent, CommandResult, MessageEvent, Verdict, config, onCommand, onMessage, reply } from 'switchboard';
import { Entry } from './entry';
import { clearRecords, keepRecord, recordsOf } from './records';
import { pagesOf } from './markdown';

export function on_message(): i32 {
  return onMessage(record);
}

export function on_command(): i32 {
  return onCommand(answer);
}

function record(event: MessageEvent): Verdict | null {
  keepRecord(Entry.of(event), <i32>config.integer('keepKiB') * 1024);
  return null;
}

/** `/transcript` is the newest page, `/transcript 2` the one before it. */
function answer(event: CommandEvent): CommandResult {
  if (event.args.toLowerCase() == 'clear') {
    clearRecords();
    return reply('The transcript is empty now.');
  }
  const wanted = event.args.length == 0 ? 1 : pageOf(event.args);
  if (wanted == 0)
    return reply('/transcript is the newest page, /transcript 2 the one before it; /transcript clear forgets all.');
  const entries = recordsOf(event.room.id);
  if (entries.length == 0) return reply(`Nothing has been written in ${event.room.name} while this plugin ran.`);
  const pages = pagesOf(entries, event.room.name, <i64>config.integer('minutesFromUtc') * 60_000);
  if (wanted > pages.length)
    return reply(`The transcript has ${pages.length.toString()} ${pages.length == 1 ? 'page' : 'pages'}.`);
  return reply(pages[pages.length - wanted]);
}

/** 0 for what is no page. */
function pageOf(args: string): i32 {
  if (args.length > 4) return 0;
  for (let at = 0; at < args.length; at++) {
    const digit = args.charCodeAt(at);
    if (digit < 0x30 || digit > 0x39) return 0;
  }
  return I32.parseInt(args);
}
