#ifndef PITCH_H
#define PITCH_H

#include "switchboard.h"

/** The longest pitch period that is looked for: 12 ms, 83 Hz. */
enum { LONGEST_PERIOD = 576, SHORTEST_PERIOD = 96 };

typedef struct {
  /** In samples. Where there is no pitch, what suits noise. */
  float period;
  bool voiced;
} pitch;

/** The pitch at the end of `history`, which holds at least `PITCH_HISTORY` samples up to `end`. */
enum { PITCH_HISTORY = 4 * LONGEST_PERIOD };
pitch find_pitch(const float *end);

#endif
