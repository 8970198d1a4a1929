/* Voice changer: which voice one speaks with, and the way from one to another. */

#include "loudness.h"
#include "radio.h"
#include "voices.h"

static voice now;
/** What the frame before was spoken with: a new voice is faded in over one frame. */
static voice before;

static void speak_with(voice wanted) { now = wanted; }

/** Applies a voice; returns false where that changes nothing. */
static bool apply(const voice *wanted, const float *in, float *out) {
  if (wanted->shifted) shift_speak(wanted->shift, out);
  else
    for (int i = 0; i < SB_FRAME_SAMPLES; i++) out[i] = in[i];
  if (wanted->radio) radio_frame(out, SB_FRAME_SAMPLES);
  return wanted->shifted || wanted->radio;
}

/** Grains that meet may be louder than what they were cut from: bent above −3 dBFS, softly enough not to click. */
static float limited(float x) {
  static const float KNEE = 0.7f;
  float over = sb_abs(x) - KNEE;
  if (over <= 0) return x;
  float bent = KNEE + (1 - KNEE) * over / (over + (1 - KNEE));
  return x < 0 ? -bent : bent;
}

static bool same(const voice *a, const voice *b) {
  return a->shifted == b->shifted && a->radio == b->radio && a->shift.excitation == b->shift.excitation &&
         a->shift.pitch == b->shift.pitch && a->shift.formants == b->shift.formants && a->shift.period == b->shift.period;
}

SB_HOOK(on_audio_frame_captured) {
  static float in[SB_FRAME_SAMPLES], out[SB_FRAME_SAMPLES], old[SB_FRAME_SAMPLES];
  if (!sb_read_frame(in)) return sb_fail(SB("The frame is not of 960 samples."));
  bool changes = !same(&now, &before);
  shift_hear(in);
  if (changes) {
    apply(&before, in, old);
    shift_begin();
  }
  bool changed = apply(&now, in, out);
  if (changed) match_loudness(in, out);
  if (changes)
    for (int i = 0; i < SB_FRAME_SAMPLES; i++) out[i] = old[i] + (out[i] - old[i]) * (float)(i + 1) / SB_FRAME_SAMPLES;
  before = now;
  if (!changed && !changes) return 0;
  for (int i = 0; i < SB_FRAME_SAMPLES; i++) out[i] = limited(out[i]);
  sb_write_frame(out);
  return 0;
}

SB_HOOK(on_config) {
  voice wanted;
  if (find_voice(sb_config("voice"), &wanted)) speak_with(wanted);
  return 0;
}

static int32_t reply(sb_text text) {
  sb_writer answer = sb_object();
  sb_put_text(&answer, "reply", text);
  return sb_answer(&answer);
}

SB_HOOK(on_command) {
  static const double FURTHEST = 12;
  sb_text name = sb_lower(sb_trim(sb_text_of(sb_get(sb_event(), "args"))));
  voice wanted;
  double semitones;
  if (find_voice(name, &wanted)) {
    speak_with(wanted);
    return reply(sb_equal(name, SB("off")) ? SB("You speak with your own voice again.")
                                           : sb_join(3, SB("You speak with the voice “"), name, SB("” now.")));
  }
  if (sb_parse_number(name, &semitones) && semitones >= -FURTHEST && semitones <= FURTHEST) {
    speak_with(pitched(semitones));
    return reply(sb_join(3, SB("Your voice is shifted by "), sb_number_text(semitones), SB(" semitones now.")));
  }
  return reply(SB("Which voice? off, deep, high, giant, chipmunk, robot, whisper, radio, custom, or semitones from -12 to 12."));
}
