#include "voices.h"

static float factor(double semitones) { return (float)sb_exp2(semitones / 12); }

static voice shifted(double semitones, double formant_semitones) {
  return (voice){.shifted = true, .shift = {EXCITE_VOICE, factor(semitones), factor(formant_semitones), 0}};
}

voice pitched(double semitones) { return shifted(semitones, 0); }

static voice robot(void) {
  float period = (float)(SB_SAMPLE_RATE_HZ / sb_config_number("robotPitch"));
  return (voice){.shifted = true, .shift = {EXCITE_MONOTONE, 1, 1, period}};
}

bool find_voice(sb_text name, voice *found) {
  if (sb_equal(name, SB("off"))) *found = (voice){0};
  else if (sb_equal(name, SB("deep"))) *found = shifted(-4, -1.5);
  else if (sb_equal(name, SB("high"))) *found = shifted(4, 1.5);
  else if (sb_equal(name, SB("giant"))) *found = shifted(-9, -5);
  else if (sb_equal(name, SB("chipmunk"))) *found = shifted(9, 6);
  else if (sb_equal(name, SB("robot"))) *found = robot();
  else if (sb_equal(name, SB("whisper"))) *found = (voice){.shifted = true, .shift = {EXCITE_NOISE, 1, 1, 0}};
  else if (sb_equal(name, SB("radio"))) *found = (voice){.radio = true};
  // The larger somebody is, the lower the formants.
  else if (sb_equal(name, SB("custom"))) *found = shifted(sb_config_number("pitch"), -sb_config_number("size"));
  else return false;
  return true;
}
