/* Memory, what comes in and goes out, and the host functions. */

#include "switchboard.h"
#include "host.h"

enum { PAGE_BYTES = 65536, WORD_BYTES = 8 };

extern unsigned char __heap_base;

/** The next free byte; 0 before the first hook. */
static uintptr_t top;
static bool event_seeded;
static uint64_t chance;

void sb_begin(void) {
  top = ((uintptr_t)&__heap_base + WORD_BYTES - 1) & ~(uintptr_t)(WORD_BYTES - 1);
  event_seeded = false;
}

void *sb_take(size_t bytes) {
  uintptr_t start = top;
  uintptr_t end = start + ((bytes + WORD_BYTES - 1) & ~(uintptr_t)(WORD_BYTES - 1));
  if (end < start) __builtin_trap();
  uintptr_t have = __builtin_wasm_memory_size(0) * PAGE_BYTES;
  if (end > have) {
    size_t pages = (end - have + PAGE_BYTES - 1) / PAGE_BYTES;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
  }
  top = end;
  for (uint64_t *word = (uint64_t *)start; word < (uint64_t *)end; word++) *word = 0;
  return (void *)start;
}

/* clang calls these by itself. */

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  unsigned char *out = to;
  const unsigned char *in = from;
  for (size_t i = 0; i < bytes; i++) out[i] = in[i];
  return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
  unsigned char *out = to;
  const unsigned char *in = from;
  if (out < in) {
    for (size_t i = 0; i < bytes; i++) out[i] = in[i];
  } else {
    for (size_t i = bytes; i > 0; i--) out[i - 1] = in[i - 1];
  }
  return to;
}

void *memset(void *to, int byte, size_t bytes) {
  unsigned char *out = to;
  for (size_t i = 0; i < bytes; i++) out[i] = (unsigned char)byte;
  return to;
}

/* Words cross eight bytes at a time. Wasm memory is little-endian and takes any alignment. */

typedef int64_t unaligned_word __attribute__((aligned(1)));

static sb_handle handed(const void *data, size_t bytes) {
  sb_handle block = host_alloc((int64_t)bytes);
  const char *from = data;
  size_t at = 0;
  for (; at + WORD_BYTES <= bytes; at += WORD_BYTES)
    host_store_u64(block + (int64_t)at, *(const unaligned_word *)(from + at));
  for (; at < bytes; at++) host_store_u8(block + (int64_t)at, (unsigned char)from[at]);
  return block;
}

static sb_handle handed_text(sb_text text) { return handed(text.data, text.length); }

static sb_text taken(sb_handle block) {
  if (block == 0) return SB("");
  size_t bytes = (size_t)host_length(block);
  char *into = sb_take(bytes);
  size_t at = 0;
  for (; at + WORD_BYTES <= bytes; at += WORD_BYTES)
    *(unaligned_word *)(into + at) = host_load_u64(block + (int64_t)at);
  for (; at < bytes; at++) into[at] = (char)host_load_u8(block + (int64_t)at);
  return (sb_text){into, bytes};
}

static void read_input(char *into, size_t bytes) {
  size_t at = 0;
  for (; at + WORD_BYTES <= bytes; at += WORD_BYTES) *(unaligned_word *)(into + at) = host_input_load_u64((int64_t)at);
  for (; at < bytes; at++) into[at] = (char)host_input_load_u8((int64_t)at);
}

static void output(const void *data, size_t bytes) { host_output_set(handed(data, bytes), (int64_t)bytes); }

int32_t sb_fail(sb_text reason) {
  host_error_set(handed_text(reason));
  return 1;
}

sb_json sb_event(void) {
  size_t bytes = (size_t)host_input_length();
  char *text = sb_take(bytes);
  read_input(text, bytes);
  sb_json event = sb_parse((sb_text){text, bytes});
  if (!event_seeded) {
    chance = (uint64_t)sb_number_of(sb_get(event, "seed"));
    event_seeded = true;
  }
  return event;
}

/** SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
uint32_t sb_random(void) {
  uint64_t z = (chance += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (uint32_t)((z ^ (z >> 31)) >> 32);
}

int32_t sb_answer(sb_writer *object) {
  sb_text json = sb_end(object);
  output(json.data, json.length);
  return 0;
}

int32_t sb_act(const char *action, const char *name, sb_text text) {
  sb_writer object = sb_object();
  size_t length = 0;
  while (action[length] != 0) length++;
  sb_put_text(&object, "action", (sb_text){action, length});
  sb_put_text(&object, name, text);
  return sb_answer(&object);
}

bool sb_read_frame(float samples[SB_FRAME_SAMPLES]) {
  enum { FRAME_BYTES = SB_FRAME_SAMPLES * sizeof(float) };
  if (host_input_length() != FRAME_BYTES) return false;
  read_input((char *)samples, FRAME_BYTES);
  return true;
}

void sb_write_frame(const float samples[SB_FRAME_SAMPLES]) { output(samples, SB_FRAME_SAMPLES * sizeof(float)); }

int32_t sb_speaker(void) { return (int32_t)host_speaker(); }

static sb_text of_c(const char *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return (sb_text){text, length};
}

sb_text sb_config(const char *name) { return taken(host_config_get(handed_text(of_c(name)))); }

double sb_config_number(const char *name) {
  double value = 0;
  sb_parse_number(sb_config(name), &value);
  return value;
}

bool sb_config_bool(const char *name) { return sb_equal(sb_config(name), SB("true")); }

void sb_log_debug(sb_text text) { host_log_debug(handed_text(text)); }
void sb_log_info(sb_text text) { host_log_info(handed_text(text)); }
void sb_log_warn(sb_text text) { host_log_warn(handed_text(text)); }
void sb_log_error(sb_text text) { host_log_error(handed_text(text)); }

sb_text sb_stored(sb_text key) { return taken(host_var_get(handed_text(key))); }

void sb_store(sb_text key, sb_text value) {
  host_var_set(handed_text(key), value.length == 0 ? 0 : handed_text(value));
}

int64_t sb_send_message(sb_text text, sb_text room_id) {
  sb_writer message = sb_object();
  sb_put_text(&message, "text", text);
  if (room_id.length > 0) sb_put_text(&message, "roomId", room_id);
  return host_send_message(handed_text(sb_end(&message)));
}

int64_t sb_set_status(sb_text status) { return host_set_status(handed_text(status)); }
int64_t sb_play_clip(const int16_t *samples, size_t count) { return host_play_clip(handed(samples, count * 2)); }
int64_t sb_fetch(sb_text request) { return host_http_fetch(handed_text(request)); }
sb_json sb_members(void) { return sb_parse(taken(host_members())); }
