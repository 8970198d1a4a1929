/* Raise hand: /hand, /next and /hands, and those who leave the room leave its queue. */

#include "queue.h"

static int32_t reply(sb_text text) {
  sb_writer answer = sb_object();
  sb_put_text(&answer, "reply", text);
  return sb_answer(&answer);
}

static int32_t announce(sb_text text) {
  sb_writer answer = sb_object();
  sb_put_text(&answer, "message", text);
  return sb_answer(&answer);
}

/** What follows an announcement, as long as somebody waits. */
static sb_text then(const queue *hands) {
  return hands->count == 0 ? SB("") : sb_join(3, SB(" Hands up: "), queue_names(hands), SB("."));
}

static int32_t raise(queue *hands, waiting person) {
  if (!queue_add(hands, person)) return reply(SB("There are as many hands up as there may be."));
  queue_store(hands);
  return announce(sb_join(3, SB("✋ "), person.nickname, sb_join(2, SB(" raises a hand."), hands->count > 1 ? then(hands) : SB(""))));
}

static int32_t lower(queue *hands, int at) {
  waiting person = queue_take(hands, at);
  queue_store(hands);
  return announce(sb_join(3, person.nickname, SB(" lowers the hand."), then(hands)));
}

static int32_t hand(queue *hands, waiting person, sb_text direction) {
  int at = queue_find(hands, person.member_id);
  bool up = sb_equal(direction, SB("up"));
  bool down = sb_equal(direction, SB("down"));
  if (!up && !down && direction.length > 0) return reply(SB("Say /hand, /hand up or /hand down."));
  if (at < 0 && down) return reply(SB("Your hand is not up."));
  if (at >= 0 && up) return reply(SB("Your hand is up already."));
  return at < 0 ? raise(hands, person) : lower(hands, at);
}

static int32_t next(queue *hands) {
  if (hands->count == 0) return reply(SB("Nobody has a hand up."));
  waiting person = queue_take(hands, 0);
  queue_store(hands);
  return announce(sb_join(3, SB("🗣 It is "), person.nickname, sb_join(2, SB("’s turn."), then(hands))));
}

SB_HOOK(on_command) {
  sb_json event = sb_event();
  sb_text name = sb_text_of(sb_get(event, "name"));
  queue *hands = queue_of(sb_text_of(sb_get(event, "room.id")));
  if (sb_equal(name, SB("next"))) return next(hands);
  if (sb_equal(name, SB("hands")))
    return reply(hands->count == 0 ? SB("Nobody has a hand up.") : sb_join(2, SB("Hands up: "), queue_names(hands)));
  waiting person = {sb_text_of(sb_get(event, "member.id")), sb_text_of(sb_get(event, "member.nickname"))};
  return hand(hands, person, sb_lower(sb_text_of(sb_get(event, "args"))));
}

SB_HOOK(on_user_leave_channel) {
  sb_json event = sb_event();
  queue *hands = queue_of(sb_text_of(sb_get(event, "room.id")));
  int at = queue_find(hands, sb_text_of(sb_get(event, "member.id")));
  if (at < 0) return 0;
  queue_take(hands, at);
  queue_store(hands);
  return 0;
}
