#include "synth.h"

static const double PI = 3.14159265358979323846;

sound silence(double seconds) {
  int count = (int)(seconds * RATE);
  return (sound){sb_take((size_t)count * sizeof(float)), count};
}

float chance(void) {
  return (float)(sb_random() >> 8) / (float)(1 << 24);
}

static float fallen(float seconds, float decay) { return (float)sb_exp2((double)(-seconds / decay) * 1.44269504); }

float pluck(float t, float attack, float decay) {
  if (t < 0) return 0;
  return t < attack ? t / attack : fallen(t - attack, decay);
}

float held(float t, float length, float edge) {
  if (t < 0 || t > length) return 0;
  float nearest = t < length - t ? t : length - t;
  return nearest < edge ? nearest / edge : 1;
}

float saw(float *phase, float frequency_hz) {
  float step = frequency_hz / RATE;
  *phase += step;
  if (*phase >= 1) *phase -= 1;
  float value = 2 * *phase - 1;
  if (*phase < step) {
    float x = *phase / step;
    value -= x + x - x * x - 1;
  } else if (*phase > 1 - step) {
    float x = (*phase - 1) / step;
    value -= x * x + x + x + 1;
  }
  return value;
}

/** How much of the way a one-pole filter goes in one sample (backward Euler: stable at any frequency). */
static float share(float cutoff_hz) {
  float angle = (float)(2 * PI) * cutoff_hz / RATE;
  return angle / (1 + angle);
}

float low_passed(float *state, float in, float cutoff_hz) { return *state += share(cutoff_hz) * (in - *state); }

float high_passed(float *state, float in, float cutoff_hz) { return in - low_passed(state, in, cutoff_hz); }

float resonated(resonator *state, float in, float frequency_hz, float bandwidth_hz) {
  if (frequency_hz != state->frequency_hz) {
    state->frequency_hz = frequency_hz;
    state->radius = 1 - (float)PI * bandwidth_hz / RATE;
    state->turn = 2 * state->radius * (float)sb_cos(2 * PI * (double)frequency_hz / RATE);
  }
  float out = (1 - state->radius) * in + state->turn * state->a - state->radius * state->radius * state->b;
  state->b = state->a;
  state->a = out;
  return out;
}

void finish(sound *made, float peak) {
  /** 10 ms. */
  enum { EDGE = RATE / 100 };
  float most = 0;
  for (int i = 0; i < made->count; i++)
    if (sb_abs(made->samples[i]) > most) most = sb_abs(made->samples[i]);
  float gain = most > 0 ? peak / most : 0;
  for (int i = 0; i < made->count; i++) {
    int nearest = i < made->count - 1 - i ? i : made->count - 1 - i;
    made->samples[i] *= gain * (nearest < EDGE ? (float)nearest / EDGE : 1);
  }
}
