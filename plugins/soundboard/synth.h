#ifndef SYNTH_H
#define SYNTH_H

#include "switchboard.h"

enum { RATE = SB_SAMPLE_RATE_HZ };

/** A sound being made: zeros at first, and things are added. */
typedef struct {
  float *samples;
  int count;
} sound;

sound silence(double seconds);

/** 0 ≤ x < 1; the same row of numbers in each hook. */
float chance(void);

/** Rises from 0 to 1 in `attack` seconds and falls by e in each `decay` seconds, at `t` seconds after its start. */
float pluck(float t, float attack, float decay);
/** 1 between its ends, with slopes of `edge` seconds. */
float held(float t, float length, float edge);

/** A sawtooth with its corners rounded off (PolyBLEP; Välimäki and Huovilainen, 2007); moves `phase` on. */
float saw(float *phase, float frequency_hz);

/** One-pole filters; `state` begins at 0. */
float low_passed(float *state, float in, float cutoff_hz);
float high_passed(float *state, float in, float cutoff_hz);

/** Rings at a frequency, which may change; begins as zeros. */
typedef struct {
  float a, b;
  float frequency_hz, radius, turn;
} resonator;
float resonated(resonator *state, float in, float frequency_hz, float bandwidth_hz);

/** Brings the peak to `peak`, and both ends to nothing. */
void finish(sound *made, float peak);

#endif
