#ifndef RADIO_H
#define RADIO_H

/** 300 to 3,400 Hz, overdriven a little: in place. */
void radio_frame(float *samples, int count);

#endif
