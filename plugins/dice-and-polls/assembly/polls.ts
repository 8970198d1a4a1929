import { CommandEvent, CommandResult, announce, reply } from 'switchboard';
import { MAX_VOTERS, Poll, countOf } from './poll';

const MIN_OPTIONS: i32 = 2;
const MAX_OPTIONS: i32 = 10;
const MAX_QUESTION_LENGTH: i32 = 300;
const MAX_OPTION_LENGTH: i32 = 80;
/** From then on anybody may close it: who began it may have gone. */
const ANYBODY_CLOSES_MS: i64 = 3_600_000;
const NONE = 'There is no poll in this room. Begin one: /poll "Pizza or pasta?" Pizza Pasta';

export function showPoll(event: CommandEvent): CommandResult {
  const poll = Poll.of(event.room.id);
  return reply(poll === null ? NONE : `${poll.question}\n${poll.standing()}\nVote with its number: /vote 1`);
}

export function beginPoll(event: CommandEvent): CommandResult {
  const words = wordsOf(event.args);
  if (words.length < 1 + MIN_OPTIONS || words.length > 1 + MAX_OPTIONS)
    return reply(
      `A poll has a question and ${MIN_OPTIONS.toString()} to ${MAX_OPTIONS.toString()} answers; those of several words in quotes: /poll "Where do we eat?" Pizza "Thai food"`,
    );
  const question = words[0];
  const options = words.slice(1);
  if (question.length > MAX_QUESTION_LENGTH)
    return reply(`The question has more than ${MAX_QUESTION_LENGTH.toString()} characters.`);
  for (let at = 0; at < options.length; at++) {
    if (options[at].length > MAX_OPTION_LENGTH)
      return reply(`An answer has more than ${MAX_OPTION_LENGTH.toString()} characters.`);
    if (options.indexOf(options[at]) < at) return reply(`The answer ${options[at]} is there twice.`);
  }
  const before = Poll.of(event.room.id);
  if (before !== null) return reply(`A poll is open already: ${before.question} Close it first: /poll close`);
  const poll = new Poll(question, options, event.member.userId, event.member.nickname, event.nowMs);
  if (!Poll.add(event.room.id, poll)) return reply('Too many polls are open on this server.');
  const lines: string[] = [];
  for (let at = 0; at < options.length; at++) lines.push(`${(at + 1).toString()}. ${options[at]}`);
  return announce(`${event.member.nickname} asks: ${question}\n${lines.join('\n')}\nVote with its number: /vote 1`);
}

export function closePoll(event: CommandEvent): CommandResult {
  const poll = Poll.of(event.room.id);
  if (poll === null) return reply(NONE);
  if (poll.by != event.member.userId && event.nowMs - poll.sinceMs < ANYBODY_CLOSES_MS)
    return reply(`${poll.byName} began this poll and can close it; after an hour everybody can.`);
  Poll.remove(event.room.id);
  const votes = poll.voters.length;
  return announce(`The poll is closed, with ${countOf(votes)}: ${poll.question}\n${poll.standing()}`);
}

export function vote(event: CommandEvent): CommandResult {
  const poll = Poll.of(event.room.id);
  if (poll === null) return reply(NONE);
  const option = optionOf(poll, event.args);
  if (option < 0) return reply(`Vote with a number from 1 to ${poll.options.length.toString()}, or with the answer.`);
  if (!poll.vote(event.member.userId, option))
    return reply(`This poll has ${MAX_VOTERS.toString()} votes; it takes no more.`);
  poll.store(event.room.id);
  return reply(`Your vote: ${poll.options[option]}. Voting again changes it.`);
}

function optionOf(poll: Poll, args: string): i32 {
  for (let at = 0; at < poll.options.length; at++) {
    if (poll.options[at].toLowerCase() == args.toLowerCase()) return at;
  }
  for (let at = 0; at < args.length; at++) {
    const digit = args.charCodeAt(at);
    if (digit < 0x30 || digit > 0x39 || args.length > 2) return -1;
  }
  const number = args.length == 0 ? 0 : I32.parseInt(args);
  return number >= 1 && number <= poll.options.length ? number - 1 : -1;
}

/** Words, or several in quotes as one: straight ones, or those that phones write. */
function wordsOf(args: string): string[] {
  const words: string[] = [];
  let word = '';
  let isQuoted = false;
  let hasWord = false;
  for (let at = 0; at < args.length; at++) {
    const unit = args.charCodeAt(at);
    const isQuote = unit == 0x22 || unit == 0x201c || unit == 0x201d || unit == 0x201e;
    const isSpace = unit == 0x20 || unit == 0x0a || unit == 0x09;
    if (isQuote) {
      isQuoted = !isQuoted;
      hasWord = true;
    } else if (isSpace && !isQuoted) {
      if (hasWord && word.trim().length > 0) words.push(word.trim());
      word = '';
      hasWord = false;
    } else {
      word += args.charAt(at);
      hasWord = true;
    }
  }
  if (word.trim().length > 0) words.push(word.trim());
  return words;
}
