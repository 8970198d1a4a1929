#ifndef SOUNDS_H
#define SOUNDS_H

#include "synth.h"

/** Makes the sound of this name; false if there is none. */
bool make_sound(sb_text name, sound *made);

#endif
