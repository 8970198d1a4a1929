#ifndef VOICES_H
#define VOICES_H

#include "shifter.h"

/** What is done to a voice, in this order. */
typedef struct {
  bool shifted;
  shift shift;
  /** Through a small loudspeaker. */
  bool radio;
} voice;

/** The voice of this name, of `custom` that of the settings; false if there is none. */
bool find_voice(sb_text name, voice *found);
/** So many semitones higher, with the speaker's own size. */
voice pitched(double semitones);

#endif
