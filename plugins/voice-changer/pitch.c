/*
 * The pitch of a voice by normalised autocorrelation of the last 48 ms, at a quarter of the rate: a voice's pitch is far below that.
 */

#include "pitch.h"

enum {
  DECIMATION = 4,
  LAGS = LONGEST_PERIOD / DECIMATION,
  FIRST_LAG = SHORTEST_PERIOD / DECIMATION,
  WINDOW = LONGEST_PERIOD * 3 / DECIMATION,
  SAMPLES = WINDOW + LAGS + 1,
};

/** More alike than this, a period later, and it is a voice. */
static const float VOICED = 0.55f;
/** Among lags that are nearly as good the shortest is the period; the others are multiples of it. */
static const float NEARLY = 0.92f;
/** Below −70 dBFS there is nothing to find. */
static const float SILENT_POWER = 1e-7f;
/** Noise is cut into grains of 4 ms. */
static const float NOISE_PERIOD = 192;

/** The mean of each four samples: as good a low-pass as this needs. */
static void decimate(const float *end, float *out) {
  const float *in = end - SAMPLES * DECIMATION;
  for (int i = 0; i < SAMPLES; i++, in += DECIMATION) out[i] = (in[0] + in[1] + in[2] + in[3]) / DECIMATION;
}

/** The top of the parabola through three neighbours, in lags from the middle one. */
static float vertex(float before, float at, float after) {
  float bend = before - 2 * at + after;
  return bend < 0 ? 0.5f * (before - after) / bend : 0;
}

pitch find_pitch(const float *end) {
  static float samples[SAMPLES];
  static float likeness[LAGS + 2];
  const pitch noise = {NOISE_PERIOD, false};
  decimate(end, samples);
  const float *now = samples + SAMPLES - WINDOW;
  float power = 0;
  for (int i = 0; i < WINDOW; i++) power += now[i] * now[i];
  if (power < SILENT_POWER * WINDOW) return noise;

  float best = 0;
  float earlier_power = 0;
  for (int i = 0; i < WINDOW; i++) earlier_power += now[i - FIRST_LAG + 1] * now[i - FIRST_LAG + 1];
  for (int lag = FIRST_LAG - 1; lag <= LAGS; lag++) {
    const float *earlier = now - lag;
    float sum = 0;
    for (int i = 0; i < WINDOW; i++) sum += now[i] * earlier[i];
    float norm = sb_sqrt(power * earlier_power);
    likeness[lag] = norm > 0 ? sum / norm : 0;
    if (lag >= FIRST_LAG && lag < LAGS && likeness[lag] > best) best = likeness[lag];
    // The window moves one sample back.
    earlier_power += earlier[-1] * earlier[-1] - earlier[WINDOW - 1] * earlier[WINDOW - 1];
  }
  if (best < VOICED) return noise;
  for (int lag = FIRST_LAG; lag < LAGS; lag++) {
    bool peak = likeness[lag] >= likeness[lag - 1] && likeness[lag] >= likeness[lag + 1];
    if (!peak || likeness[lag] < NEARLY * best) continue;
    float exact = (float)lag + vertex(likeness[lag - 1], likeness[lag], likeness[lag + 1]);
    return (pitch){exact * DECIMATION, true};
  }
  return noise;
}
