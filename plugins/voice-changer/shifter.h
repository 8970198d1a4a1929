#ifndef SHIFTER_H
#define SHIFTER_H

#include "switchboard.h"

typedef enum { EXCITE_VOICE, EXCITE_MONOTONE, EXCITE_NOISE } excitation;

typedef struct {
  excitation excitation;
  /** Factor of the pitch, 0.5 to 2; of a voice. */
  float pitch;
  /** Factor of the formants, 0.7 to 2: above 1 the speaker sounds smaller. */
  float formants;
  /** In samples; of the monotone. */
  float period;
} shift;

/** Takes in the next 960 samples. */
void shift_hear(const float *in);
/** The same time again in another voice: 960 samples that were heard `shift_delay` samples ago. */
void shift_speak(shift wanted, float *out);
/** In samples. */
int shift_delay(shift wanted);
/** Forgets what the voice until now has laid down ahead: another one begins. */
void shift_begin(void);

#endif
