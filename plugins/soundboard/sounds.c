/* Each sound, made from nothing: no samples, so that there is nothing to license and little to download. */

#include "sounds.h"

static const double TURN = 6.28318530717958647692;

static float sine(float t, float frequency_hz) { return (float)sb_sin(TURN * (double)t * (double)frequency_hz); }
static float hiss(void) { return 2 * chance() - 1; }
/** −60 dB. */
static const float INAUDIBLE = 1e-3f;

static float seconds(int i) { return (float)i / RATE; }

/* ---- Brass ---- */

/** A trumpet's note: the louder it is blown, the brighter. */
static void blow(sound *out, float start, float length, float frequency_hz, float vibrato) {
  float phase = chance(), state = 0, softer = 0;
  for (int i = (int)(start * RATE); i < out->count; i++) {
    float t = seconds(i) - start;
    if (t > length) return;
    float breath = held(t, length, 0.03f);
    float bend = 1 + vibrato * sine(t, 5.5f) - 0.03f * pluck(t, 0, 0.03f);
    float tone = low_passed(&state, saw(&phase, frequency_hz * bend), 400 + 4200 * breath);
    out->samples[i] += breath * low_passed(&softer, tone, 6000);
  }
}

static sound tada(void) {
  static const float CHORD[] = {261.63f, 329.63f, 392.00f, 523.25f};
  sound out = silence(1.6);
  for (int i = 0; i < 4; i++) {
    blow(&out, 0, 0.13f, CHORD[i], 0);
    blow(&out, 0.19f, 1.35f, CHORD[i] * 1.0005f, 0.004f);
  }
  return out;
}

/** A trombone with a hand before it: the tone opens and closes. */
static sound fail(void) {
  static const float NOTES[] = {293.66f, 277.18f, 261.63f, 246.94f};
  static const float LENGTHS[] = {0.38f, 0.38f, 0.38f, 1.3f};
  sound out = silence(2.6);
  float start = 0;
  for (int note = 0; note < 4; note++) {
    float phase = 0, state = 0;
    resonator mouth = {0};
    for (int i = (int)(start * RATE); i < out.count; i++) {
      float t = seconds(i) - start;
      if (t > LENGTHS[note]) break;
      bool last = note == 3;
      float slide = last ? 1 - 0.05f * t : 1;
      float wah = last ? 900 + 350 * sine(t, 4.5f) : 500 + 700 * pluck(t, 0.08f, 0.25f);
      float tone = saw(&phase, NOTES[note] * slide * (1 + (last ? 0.012f * sine(t, 4.5f) : 0)));
      float open = low_passed(&state, tone, 1500);
      out.samples[i] += held(t, LENGTHS[note], 0.04f) * (0.5f * open + 3 * resonated(&mouth, tone, wah, 160));
    }
    start += LENGTHS[note] + 0.04f;
  }
  return out;
}

static sound airhorn(void) {
  static const float STARTS[] = {0, 0.24f, 0.48f, 0.78f};
  static const float LENGTHS[] = {0.16f, 0.16f, 0.2f, 0.95f};
  static const float REEDS[] = {466.16f, 469.5f, 554.37f, 622.25f};
  sound out = silence(1.85);
  for (int blast = 0; blast < 4; blast++)
    for (int reed = 0; reed < 4; reed++) {
      float phase = chance(), state = 0;
      for (int i = (int)(STARTS[blast] * RATE); i < out.count; i++) {
        float t = seconds(i) - STARTS[blast];
        if (t > LENGTHS[blast]) break;
        float pitch = REEDS[reed] * (1 - 0.06f * pluck(t, 0, 0.02f));
        out.samples[i] += held(t, LENGTHS[blast], 0.015f) * high_passed(&state, saw(&phase, pitch), 300);
      }
    }
  return out;
}

/* ---- Drums ---- */

static void hit_drum(sound *out, float start, float frequency_hz, float decay, float gain) {
  double phase = 0;
  for (int i = (int)(start * RATE); i < out->count; i++) {
    float t = seconds(i) - start;
    float loudness = pluck(t, 0.002f, decay);
    if (t > 0.1f && loudness < INAUDIBLE) return;
    phase += TURN * (double)(frequency_hz * (1 + 0.8f * pluck(t, 0, 0.03f))) / RATE;
    out->samples[i] += gain * loudness * (float)sb_sin(phase);
  }
}

static void hit_snare(sound *out, float start, float gain) {
  float low = 0, high = 0;
  hit_drum(out, start, 185, 0.05f, 0.5f * gain);
  for (int i = (int)(start * RATE); i < out->count; i++) {
    float t = seconds(i) - start;
    float loudness = pluck(t, 0.001f, 0.045f);
    if (t > 0.02f && loudness < INAUDIBLE) return;
    out->samples[i] += gain * loudness * low_passed(&low, high_passed(&high, hiss(), 900), 9000);
  }
}

/** Many rings that fit together badly, and hiss: metal. */
static void hit_cymbal(sound *out, float start, float decay, float gain) {
  static const float RINGS[] = {3107, 4265, 5381, 6733, 8209, 9811};
  resonator rings[6] = {{0}};
  float high = 0;
  for (int i = (int)(start * RATE); i < out->count; i++) {
    float t = seconds(i) - start;
    float noise = high_passed(&high, hiss(), 4000);
    float metal = 0.4f * noise;
    for (int k = 0; k < 6; k++) metal += 2.5f * resonated(&rings[k], noise, RINGS[k], 120);
    out->samples[i] += gain * pluck(t, 0.002f, decay) * metal;
  }
}

static sound rimshot(void) {
  sound out = silence(1.7);
  hit_drum(&out, 0, 170, 0.12f, 1);
  hit_drum(&out, 0.19f, 115, 0.16f, 1);
  hit_snare(&out, 0.4f, 0.8f);
  hit_cymbal(&out, 0.4f, 0.35f, 0.7f);
  return out;
}

static sound drumroll(void) {
  static const float STROKES_PER_SECOND = 21;
  static const float LENGTH = 2.2f;
  sound out = silence(3.4);
  for (int stroke = 0; (float)stroke / STROKES_PER_SECOND < LENGTH; stroke++) {
    float start = ((float)stroke + 0.12f * hiss()) / STROKES_PER_SECOND;
    float along = (float)stroke / (STROKES_PER_SECOND * LENGTH);
    hit_snare(&out, start < 0 ? 0 : start, (0.25f + 0.45f * along * along) * (0.85f + 0.3f * chance()));
  }
  hit_drum(&out, LENGTH, 70, 0.22f, 1.1f);
  hit_cymbal(&out, LENGTH, 0.4f, 0.9f);
  return out;
}

/* ---- The rest ---- */

/** Hands of many people, who begin and end when they like. */
static sound applause(void) {
  enum { CLAPS = 900 };
  static const float LENGTH = 3.2f;
  sound out = silence(3.4);
  for (int clap = 0; clap < CLAPS; clap++) {
    float start = chance() * LENGTH;
    float crowd = held(start, LENGTH, 0.9f);
    float loudness = crowd * (0.2f + 0.8f * chance() * chance());
    float hollow = 700 + 1500 * chance();
    resonator palms = {0};
    for (int i = (int)(start * RATE); i < out.count && i < (int)((start + 0.03f) * RATE); i++) {
      float t = seconds(i) - start;
      out.samples[i] += loudness * pluck(t, 0.001f, 0.006f) * resonated(&palms, hiss(), hollow, 900);
    }
  }
  return out;
}

static sound crickets(void) {
  enum { CHIRPS = 4, WINGS = 3 };
  sound out = silence(3.2);
  for (int chirp = 0; chirp < CHIRPS; chirp++)
    for (int wing = 0; wing < WINGS; wing++) {
      float start = 0.1f + 0.8f * (float)chirp + 0.06f * (float)wing + 0.01f * chance();
      for (int i = (int)(start * RATE); i < (int)((start + 0.045f) * RATE); i++) {
        float t = seconds(i) - start;
        float rasp = 0.75f + 0.25f * sine(t, 180);
        out.samples[i] += held(t, 0.045f, 0.012f) * rasp * (sine(t, 4480) + 0.3f * sine(t, 4720));
      }
    }
  return out;
}

/** By frequency modulation (Chowning, JAES 21, 1973): the modulator at 1.4 times the pitch gives the overtones of a bell. */
static sound bell(void) {
  sound out = silence(2.4);
  for (int i = 0; i < out.count; i++) {
    float t = seconds(i);
    float bright = 4 * pluck(t, 0.001f, 0.35f) * sine(t, 880 * 1.4f);
    out.samples[i] = pluck(t, 0.003f, 0.6f) * (float)sb_sin(TURN * 880 * (double)t + (double)bright);
  }
  return out;
}

typedef struct {
  sb_text name;
  sound (*make)(void);
} entry;

bool make_sound(sb_text name, sound *made) {
  const entry entries[] = {
      {SB("tada"), tada},         {SB("drumroll"), drumroll}, {SB("rimshot"), rimshot}, {SB("airhorn"), airhorn},
      {SB("applause"), applause}, {SB("crickets"), crickets}, {SB("fail"), fail},       {SB("bell"), bell},
  };
  for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
    if (sb_equal(name, entries[i].name)) {
      *made = entries[i].make();
      return true;
    }
  return false;
}
