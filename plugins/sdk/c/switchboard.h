/*
 * Switchboard's plugin SDK for C: what a plugin is told, and what it can ask of its host.
 *
 *   #include "switchboard.h"
 *
 *   SB_HOOK(on_command) {
 *     sb_json event = sb_event();
 *     sb_writer answer = sb_object();
 *     sb_put_text(&answer, "reply", sb_join(2, SB("Hello, "), sb_text_of(sb_get(event, "member.nickname"))));
 *     return sb_answer(&answer);
 *   }
 *
 * There is no C library. Memory from `sb_take`, and every text that a function here returns, lasts until the hook ends; what is to
 * stay goes into globals, or over a restart into `sb_store`.
 */

#ifndef SWITCHBOARD_H
#define SWITCHBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Defines a hook, such as `on_command`. It returns 0, or what `sb_fail` returns. */
#define SB_HOOK(name)                                                                                                  \
  static int32_t name##_hook(void);                                                                                    \
  __attribute__((export_name(#name))) int32_t name##_export(void) {                                                    \
    sb_begin();                                                                                                        \
    return name##_hook();                                                                                              \
  }                                                                                                                    \
  static int32_t name##_hook(void)

/** Bytes of UTF-8, with no zero at the end. */
typedef struct {
  const char *data;
  size_t length;
} sb_text;

/** A literal as text. */
#define SB(literal) ((sb_text){(literal), sizeof(literal) - 1})

/** @internal Gives back what the hook before has taken. */
void sb_begin(void);

/** Zeroed memory until the hook ends. Traps when the plugin's memory is full. */
void *sb_take(size_t bytes);

/** Ends a hook with a reason, for the plugin's log. `return sb_fail(SB("…"));` */
int32_t sb_fail(sb_text reason);

/* ---- Text ---- */

bool sb_equal(sb_text a, sb_text b);
bool sb_starts_with(sb_text text, sb_text start);
/** Without blanks and line breaks at both ends. */
sb_text sb_trim(sb_text text);
/** Takes the first word off a text; empty when there is none. */
sb_text sb_word(sb_text *text);
/** ASCII letters alone. */
sb_text sb_lower(sb_text text);
/** `count` texts after another. */
sb_text sb_join(int count, ...);
/** As JSON writes it, to 15 digits; `null` for what is no number. */
sb_text sb_number_text(double value);
/** False if the text is no number. One that is too large becomes the largest. */
bool sb_parse_number(sb_text text, double *value);

/* ---- JSON ---- */

/** A place in a JSON text; `data` is NULL where there is nothing. */
typedef struct {
  const char *data;
  const char *end;
} sb_json;

/** What this hook is told. Nothing if it is an audio hook. */
sb_json sb_event(void);
/** The value of a JSON text; nothing unless all of it is JSON. */
sb_json sb_parse(sb_text json);
/** A value inside, by names between dots: `sb_get(event, "member.nickname")`. */
sb_json sb_get(sb_json value, const char *path);
/** The first value of an array or object, and the one after another; nothing after the last. */
sb_json sb_first(sb_json value);
sb_json sb_next(sb_json element);
/** The name of a value that came from `sb_first` or `sb_next` of an object. */
sb_text sb_name(sb_json element);
bool sb_exists(sb_json value);
typedef enum { SB_NOTHING, SB_NULL, SB_BOOL, SB_NUMBER, SB_TEXT, SB_ARRAY, SB_OBJECT } sb_kind;
sb_kind sb_kind_of(sb_json value);
/** Empty, 0 and false where the value is of another kind. */
sb_text sb_text_of(sb_json value);
double sb_number_of(sb_json value);
bool sb_bool_of(sb_json value);

/** Writes one object or array. */
typedef struct {
  char *data;
  size_t length;
  size_t room;
  char close;
  bool filled;
} sb_writer;

sb_writer sb_object(void);
sb_writer sb_array(void);
void sb_put_text(sb_writer *object, const char *name, sb_text value);
void sb_put_number(sb_writer *object, const char *name, double value);
void sb_put_bool(sb_writer *object, const char *name, bool value);
/** A JSON text as it is: an array or object that `sb_end` has ended. */
void sb_put_json(sb_writer *object, const char *name, sb_text json);
void sb_add_text(sb_writer *array, sb_text value);
void sb_add_json(sb_writer *array, sb_text json);
sb_text sb_end(sb_writer *writer);

/** Answers the hook. `return sb_answer(&object);` */
int32_t sb_answer(sb_writer *object);
/** `{"action": …, name: text}`, as the hooks about messages and visits take it. */
int32_t sb_act(const char *action, const char *name, sb_text text);

/* ---- Chance ---- */

/** 0 ≤ x < 2^32, from the seed of this hook's event. Not for secrets. */
uint32_t sb_random(void);

/* ---- Audio ---- */

enum { SB_FRAME_SAMPLES = 960, SB_SAMPLE_RATE_HZ = 48000 };

/** The frame of this hook: −1 to 1, finite. False if there is none. */
bool sb_read_frame(float samples[SB_FRAME_SAMPLES]);
/** What is heard instead. Without this call the frame stays as it was. */
void sb_write_frame(const float samples[SB_FRAME_SAMPLES]);
/** Whose frame it is: 0 for the own microphone, from 1 for others. */
int32_t sb_speaker(void);

double sb_sin(double radians);
double sb_cos(double radians);
/** 2 to this power. */
double sb_exp2(double exponent);
static inline float sb_sqrt(float value) { return __builtin_sqrtf(value); }
static inline float sb_abs(float value) { return __builtin_fabsf(value); }
static inline double sb_floor(double value) { return __builtin_floor(value); }

/* ---- What the host does; each needs the permission in brackets ---- */

/** A setting as text; the default until somebody has changed it. */
sb_text sb_config(const char *name);
double sb_config_number(const char *name);
bool sb_config_bool(const char *name);

/** [log] For the plugin's log. */
void sb_log_debug(sb_text text);
void sb_log_info(sb_text text);
void sb_log_warn(sb_text text);
void sb_log_error(sb_text text);

/** [storage] Empty where nothing is kept; an empty value keeps nothing. */
sb_text sb_stored(sb_text key);
void sb_store(sb_text key, sb_text value);

/** Why the host did not do it. */
enum { SB_INVALID = -1, SB_QUOTA = -2, SB_UNAVAILABLE = -3 };

/** [message.send] In one's own name at the client; at the server in the plugin's, into the room of this id. 0 or why not. */
int64_t sb_send_message(sb_text text, sb_text room_id);
/** [status.set] */
int64_t sb_set_status(sb_text status);
/** [clip.play] 48 kHz, mono, at most ten seconds. */
int64_t sb_play_clip(const int16_t *samples, size_t count);
/** [http] `request`: `{"method","url","headers","body"}`. The number that `on_http` names, or why not. */
int64_t sb_fetch(sb_text request);
/** [members.read] `{"room":{…},"members":[…]}`. */
sb_json sb_members(void);

#endif
