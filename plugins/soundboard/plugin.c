/* Soundboard: /play makes a sound and gives it to the host, which plays it into the room. */

#include "sounds.h"

/** −3 dBFS, at full volume. */
static const float PEAK = 0.7f;

static int32_t reply(sb_text text) {
  sb_writer answer = sb_object();
  sb_put_text(&answer, "reply", text);
  return sb_answer(&answer);
}

static int64_t play(const sound *made) {
  int16_t *clip = sb_take((size_t)made->count * sizeof(int16_t));
  for (int i = 0; i < made->count; i++) clip[i] = (int16_t)(made->samples[i] * 32767);
  return sb_play_clip(clip, (size_t)made->count);
}

SB_HOOK(on_command) {
  sb_text name = sb_lower(sb_trim(sb_text_of(sb_get(sb_event(), "args"))));
  sound made;
  if (!make_sound(name, &made))
    return reply(SB("Which sound? tada, drumroll, rimshot, airhorn, applause, crickets, fail or bell."));
  finish(&made, PEAK * (float)sb_config_number("volume") / 100);
  int64_t refusal = play(&made);
  if (refusal == SB_QUOTA) return reply(SB("That was a lot of sounds within a minute. Wait a moment."));
  if (refusal == SB_UNAVAILABLE) return reply(SB("Join a room first."));
  if (refusal != 0) return sb_fail(SB("The host did not take the clip."));
  return 0;
}
