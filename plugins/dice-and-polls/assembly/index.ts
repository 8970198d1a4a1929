import { CommandEvent, CommandResult, Random, announce, onCommand, reply } from 'switchboard';
import { Dice, parseDice } from './dice';
import { beginPoll, closePoll, showPoll, vote } from './polls';

export function on_command(): i32 {
  return onCommand(answer);
}

function answer(event: CommandEvent): CommandResult | null {
  if (event.name == 'roll') return roll(event);
  if (event.name == 'vote') return vote(event);
  if (event.args.length == 0) return showPoll(event);
  const word = event.args.toLowerCase();
  if (word == 'close' || word == 'end') return closePoll(event);
  return beginPoll(event);
}

function roll(event: CommandEvent): CommandResult {
  const dice: Dice = parseDice(event.args.length == 0 ? 'd6' : event.args);
  if (dice.fault.length > 0) return reply(dice.fault);
  return announce(`${event.member.nickname} rolls ${dice.roll(new Random(event.seed))}`);
}
