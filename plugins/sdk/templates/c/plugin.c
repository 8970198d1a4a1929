#include "switchboard.h"

/** Where the trembling is, in radians: kept between frames, so that they fit together. */
static double phase;

/** 20 ms of your voice, before it is encoded: 960 samples between −1 and 1. */
SB_HOOK(on_audio_frame_captured) {
  static float samples[SB_FRAME_SAMPLES];
  if (!sb_read_frame(samples)) return sb_fail(SB("The frame is not of 960 samples."));
  double step = 2 * 3.14159265358979 * sb_config_number("speed") / SB_SAMPLE_RATE_HZ;
  for (int i = 0; i < SB_FRAME_SAMPLES; i++) {
    samples[i] *= (float)(0.6 + 0.4 * sb_sin(phase));
    phase += step;
  }
  sb_write_frame(samples);
  return 0;
}

/** Somebody has typed /hello. */
SB_HOOK(on_command) {
  sb_json event = sb_event();
  sb_text name = sb_text_of(sb_get(event, "member.nickname"));
  sb_writer answer = sb_object();
  sb_put_text(&answer, "reply", sb_join(3, SB("Hello, "), name, SB("!")));
  return sb_answer(&answer);
}
