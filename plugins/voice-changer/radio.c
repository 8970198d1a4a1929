#include "radio.h"
#include "switchboard.h"

/** A second-order filter (R. Bristow-Johnson's cookbook), transposed direct form II. */
typedef struct {
  float b0, b1, b2, a1, a2;
  float z1, z2;
} biquad;

static biquad high_pass, low_pass;
static bool made;

static void design(biquad *filter, double frequency_hz, bool high) {
  double angle = 2 * 3.14159265358979 * frequency_hz / SB_SAMPLE_RATE_HZ;
  double cosine = sb_cos(angle);
  // Q of 1/√2: no ringing.
  double alpha = sb_sin(angle) / 1.41421356;
  double edge = high ? (1 + cosine) / 2 : (1 - cosine) / 2;
  double scale = 1 / (1 + alpha);
  filter->b0 = filter->b2 = (float)(edge * scale);
  filter->b1 = (float)((high ? -2 : 2) * edge * scale);
  filter->a1 = (float)(-2 * cosine * scale);
  filter->a2 = (float)((1 - alpha) * scale);
}

static float filtered(biquad *filter, float in) {
  float out = filter->b0 * in + filter->z1;
  filter->z1 = filter->b1 * in - filter->a1 * out + filter->z2;
  filter->z2 = filter->b2 * in - filter->a2 * out;
  return out;
}

/** Twice as loud, and bent to stay below 1. */
static float overdriven(float x) {
  static const float DRIVE = 2;
  float driven = DRIVE * x;
  return driven / (1 + sb_abs(driven));
}

void radio_frame(float *samples, int count) {
  if (!made) {
    design(&high_pass, 300, true);
    design(&low_pass, 3400, false);
    made = true;
  }
  for (int i = 0; i < count; i++) samples[i] = overdriven(filtered(&low_pass, filtered(&high_pass, samples[i])));
}
