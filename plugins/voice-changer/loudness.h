#ifndef LOUDNESS_H
#define LOUDNESS_H

#include "switchboard.h"

/** Makes a changed voice as loud as the voice it is made of: over some frames, without steps. In place. */
void match_loudness(const float *original, float *changed);

#endif
