/*
 * Pitch-synchronous overlap-add (Moulines and Charpentier, Speech Communication 9, 1990), in the form that needs no marks of the glottis (Lent,
 * Computer Music Journal 13, 1989). The voice is cut into grains of two pitch periods; the new voice is the same grains, laid at
 * the distance of the new pitch. What a grain holds, the formants, stays as it is, or is stretched by itself.
 */

#include "shifter.h"
#include "pitch.h"

enum {
  /** Samples of the past that are kept. A power of two. */
  HISTORY = 8192,
  MASK = HISTORY - 1,
  /** Half of the longest grain as it is laid down. */
  LONGEST_HALF = LONGEST_PERIOD,
  /** What is laid down reaches that far ahead of what is given out. */
  PENDING = SB_FRAME_SAMPLES + 2 * LONGEST_HALF + 2,
  WINDOW_STEPS = 512,
};

/** Whispers: grains of 2 ms at random distances, so that no pitch is left. */
static const float WHISPER_HALF = 96;
static const float WHISPER_GAIN = 0.75f;

static float past[HISTORY];
/** The newest `PITCH_HISTORY` samples in one piece. */
static float recent[PITCH_HISTORY];
/** What is laid down already, from the next sample to be given out on. */
static float pending[PENDING];
static float window[WINDOW_STEPS + 2];
static bool has_window;
/** Samples taken in so far: time, as everything below counts it. */
static double taken_in = HISTORY;
/** Where the last grain was cut, and where the next is to be laid; in time of the input. */
static double cut_at;
static double lay_at;
static pitch current = {192, false};
static uint32_t noise = 0x2545f491;

void shift_begin(void) {
  for (int i = 0; i < PENDING; i++) pending[i] = 0;
  lay_at = taken_in - HISTORY;
}

int shift_delay(shift wanted) {
  // The last grain of a frame reaches beyond it by half of its length, and is cut that far behind what it is laid at, at most.
  return (int)(LONGEST_HALF * (1 + wanted.formants)) + 2;
}

static void make_window(void) {
  for (int i = 0; i < WINDOW_STEPS + 2; i++)
    window[i] = (float)(0.5 + 0.5 * sb_cos(3.14159265358979 * i / WINDOW_STEPS));
  has_window = true;
}

/** Hann, 1 in the middle and 0 at ±1. */
static float window_at(float x) {
  float place = sb_abs(x) * WINDOW_STEPS;
  if (place >= WINDOW_STEPS) return 0;
  int step = (int)place;
  float between = place - (float)step;
  return window[step] + (window[step + 1] - window[step]) * between;
}

/** Between samples by a cubic (Catmull and Rom). */
static float past_at(double time) {
  double whole = sb_floor(time);
  float t = (float)(time - whole);
  int at = (int)((int64_t)whole & MASK);
  float a = past[(at - 1) & MASK], b = past[at], c = past[(at + 1) & MASK], d = past[(at + 2) & MASK];
  return b + 0.5f * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

static float next_noise(void) {
  noise ^= noise << 13;
  noise ^= noise >> 17;
  noise ^= noise << 5;
  return (float)(noise >> 8) / (float)(1 << 24);
}

/** Lays the grain around `from` down around `to`, which counts from the next sample to be given out. */
static void lay(double from, double to, float half, float formants, float gain) {
  int first = (int)sb_floor(to - half) + 1;
  int last = (int)sb_floor(to + half);
  if (first < 0) first = 0;
  if (last >= PENDING) last = PENDING - 1;
  // After a short period a long one reaches back into what was given out already: it comes in faster, not cut off.
  float rise = half < (float)to ? half : (float)to + 1;
  for (int i = first; i <= last; i++) {
    float offset = (float)(i - to);
    pending[i] += gain * window_at(offset / (offset < 0 ? rise : half)) * past_at(from + (double)(offset * formants));
  }
}

typedef struct {
  float half;
  float distance;
  float gain;
} grain;

static grain grain_of(shift wanted) {
  float period = current.period;
  switch (wanted.excitation) {
    case EXCITE_NOISE:
      return (grain){WHISPER_HALF, WHISPER_HALF * (0.6f + 0.8f * next_noise()), WHISPER_GAIN * (next_noise() < 0.5f ? -1.f : 1.f)};
    case EXCITE_MONOTONE:
      return (grain){period, wanted.period, wanted.period < period ? wanted.period / period : 1};
    case EXCITE_VOICE: {
      float distance = current.voiced ? period / wanted.pitch : period;
      return (grain){period, distance, distance < period ? distance / period : 1};
    }
  }
}

/** The latest place to cut at that is not ahead of `to`: a whole number of periods from the one before, so that grains fit. */
static void follow(double to, shift wanted) {
  double period = (double)current.period;
  if (cut_at > to || cut_at < to - 3 * LONGEST_PERIOD) cut_at = to;
  else cut_at += sb_floor((to - cut_at) / period) * period;
  if (wanted.excitation == EXCITE_NOISE) cut_at = to - (double)(next_noise() * current.period);
}

void shift_hear(const float *in) {
  for (int i = 0; i < PITCH_HISTORY - SB_FRAME_SAMPLES; i++) recent[i] = recent[i + SB_FRAME_SAMPLES];
  for (int i = 0; i < SB_FRAME_SAMPLES; i++) {
    past[(int)((int64_t)(taken_in + i) & MASK)] = in[i];
    recent[PITCH_HISTORY - SB_FRAME_SAMPLES + i] = in[i];
  }
  taken_in += SB_FRAME_SAMPLES;
}

void shift_speak(shift wanted, float *out) {
  if (!has_window) make_window();
  current = find_pitch(recent + PITCH_HISTORY);
  double begin = taken_in - SB_FRAME_SAMPLES - shift_delay(wanted);
  // A grain that begins before it would be cut off: it comes in with its first half, and fades in.
  if (lay_at < begin) lay_at = begin;
  // Everything that reaches into this frame: the centres up to half a grain behind it.
  for (;;) {
    grain next = grain_of(wanted);
    if (lay_at - (double)next.half >= begin + SB_FRAME_SAMPLES) break;
    follow(lay_at, wanted);
    lay(cut_at, lay_at - begin, next.half, wanted.formants, next.gain);
    lay_at += (double)next.distance;
  }
  for (int i = 0; i < SB_FRAME_SAMPLES; i++) out[i] = pending[i];
  for (int i = 0; i < PENDING - SB_FRAME_SAMPLES; i++) pending[i] = pending[i + SB_FRAME_SAMPLES];
  for (int i = PENDING - SB_FRAME_SAMPLES; i < PENDING; i++) pending[i] = 0;
}
