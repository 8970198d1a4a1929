import { ConnectEvent, Verdict, VisitEvent, config, onConnect, onUserJoinChannel, sendMessage } from 'switchboard';
import { Greeted } from './greeted';
import { fill } from './placeholders';

/** Of a notice, in UTF-16 units. */
const MAX_NOTICE_LENGTH = 500;
const MS_PER_MINUTE: i64 = 60_000;

export function on_connect(): i32 {
  return onConnect(welcome);
}

export function on_user_join_channel(): i32 {
  return onUserJoinChannel(introduce);
}

function intervalMs(): i64 {
  return <i64>config.integer('everyMinutes') * MS_PER_MINUTE;
}

function welcome(event: ConnectEvent): string | null {
  const template = config.text(event.guest ? 'guestNotice' : 'notice').trim();
  if (template.length == 0) return null;
  const greeted = new Greeted('notice', event.nowMs, intervalMs());
  if (greeted.has(event.member.userId)) return null;
  greeted.add(event.member.userId);
  return fill(template, event.member.nickname, 'the server', MAX_NOTICE_LENGTH);
}

function introduce(event: VisitEvent): Verdict | null {
  const template = config.text('roomMessage').trim();
  if (template.length == 0) return null;
  const greeted = new Greeted('room', event.nowMs, intervalMs());
  if (greeted.has(event.member.userId)) return null;
  // Too many at a time: those left out are greeted when they come next.
  if (sendMessage(fill(template, event.member.nickname, event.room.name, 2_000), event.room.id) >= 0)
    greeted.add(event.member.userId);
  return null;
}
