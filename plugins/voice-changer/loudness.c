#include "loudness.h"

/** Of the mean, for each frame: it follows within 100 ms. */
static const float SHARE = 0.2f;
/** −60 dBFS: below it there is nothing to compare. */
static const float SILENT_POWER = 1e-6f;
static const float LEAST_GAIN = 0.5f, GREATEST_GAIN = 3;

static float original_power, changed_power, gain = 1;

static float power_of(const float *samples) {
  float sum = 0;
  for (int i = 0; i < SB_FRAME_SAMPLES; i++) sum += samples[i] * samples[i];
  return sum / SB_FRAME_SAMPLES;
}

void match_loudness(const float *original, float *changed) {
  float target = gain;
  original_power += SHARE * (power_of(original) - original_power);
  changed_power += SHARE * (power_of(changed) - changed_power);
  if (original_power > SILENT_POWER && changed_power > SILENT_POWER) {
    target = sb_sqrt(original_power / changed_power);
    if (target < LEAST_GAIN) target = LEAST_GAIN;
    if (target > GREATEST_GAIN) target = GREATEST_GAIN;
  }
  float step = (target - gain) / SB_FRAME_SAMPLES;
  for (int i = 0; i < SB_FRAME_SAMPLES; i++) changed[i] *= gain + step * (float)(i + 1);
  gain = target;
}
