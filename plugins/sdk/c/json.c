/* JSON (RFC 8259), read where it stands and written into memory of the hook. */

#include "switchboard.h"

/** Deeper than this is not read. */
enum { MAX_DEPTH = 32 };

static const sb_json NOTHING = {NULL, NULL};

static const char *past_blanks(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  return at;
}

static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/** Behind a string that begins at `at`; NULL if it is none. */
static const char *past_string(const char *at, const char *end) {
  if (at >= end || *at != '"') return NULL;
  for (at++; at < end; at++) {
    if (*at == '"') return at + 1;
    if ((unsigned char)*at < 0x20) return NULL;
    if (*at != '\\') continue;
    if (++at >= end) return NULL;
    if (*at == 'u') {
      for (int i = 0; i < 4; i++)
        if (++at >= end || !is_hex(*at)) return NULL;
    } else {
      bool known = false;
      for (const char *c = "\"\\/bfnrt"; *c != 0; c++) known = known || *c == *at;
      if (!known) return NULL;
    }
  }
  return NULL;
}

static const char *past_digits(const char *at, const char *end) {
  while (at < end && *at >= '0' && *at <= '9') at++;
  return at;
}

static const char *past_number(const char *at, const char *end) {
  if (at < end && *at == '-') at++;
  const char *whole = at;
  at = past_digits(at, end);
  if (at == whole || (*whole == '0' && at - whole > 1)) return NULL;
  if (at < end && *at == '.') {
    const char *part = at + 1;
    at = past_digits(part, end);
    if (at == part) return NULL;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    const char *power = at;
    at = past_digits(power, end);
    if (at == power) return NULL;
  }
  return at;
}

static const char *past_literal(const char *at, const char *end, const char *word) {
  for (; *word != 0; word++, at++)
    if (at >= end || *at != *word) return NULL;
  return at;
}

static const char *past_value(const char *at, const char *end, int depth);

static const char *past_members(const char *at, const char *end, int depth) {
  bool object = *at == '{';
  char close = object ? '}' : ']';
  at = past_blanks(at + 1, end);
  if (at < end && *at == close) return at + 1;
  for (;;) {
    if (object) {
      at = past_string(at, end);
      if (at == NULL) return NULL;
      at = past_blanks(at, end);
      if (at >= end || *at != ':') return NULL;
      at = past_blanks(at + 1, end);
    }
    at = past_value(at, end, depth + 1);
    if (at == NULL) return NULL;
    at = past_blanks(at, end);
    if (at >= end) return NULL;
    if (*at == close) return at + 1;
    if (*at != ',') return NULL;
    at = past_blanks(at + 1, end);
  }
}

/** Behind the value that begins at `at`; NULL if there is none. */
static const char *past_value(const char *at, const char *end, int depth) {
  if (at >= end || depth > MAX_DEPTH) return NULL;
  switch (*at) {
    case '"': return past_string(at, end);
    case '{':
    case '[': return past_members(at, end, depth);
    case 't': return past_literal(at, end, "true");
    case 'f': return past_literal(at, end, "false");
    case 'n': return past_literal(at, end, "null");
    default: return past_number(at, end);
  }
}

sb_json sb_parse(sb_text json) {
  const char *end = json.data + json.length;
  const char *at = past_blanks(json.data, end);
  const char *behind = past_value(at, end, 0);
  if (behind == NULL || past_blanks(behind, end) != end) return NOTHING;
  return (sb_json){at, end};
}

bool sb_exists(sb_json value) { return value.data != NULL && *value.data != 'n'; }

/** At the value that follows a name; as it is in an array. */
static const char *after_name(const char *at, const char *end) {
  const char *behind = past_string(at, end);
  if (behind == NULL) return at;
  behind = past_blanks(behind, end);
  return behind < end && *behind == ':' ? past_blanks(behind + 1, end) : at;
}

/* An element is where its name begins, or its value in an array: so that its name can still be read. */

sb_json sb_first(sb_json value) {
  if (value.data == NULL) return NOTHING;
  const char *at = after_name(value.data, value.end);
  if (*at != '{' && *at != '[') return NOTHING;
  at = past_blanks(at + 1, value.end);
  return *at == '}' || *at == ']' ? NOTHING : (sb_json){at, value.end};
}

sb_json sb_next(sb_json element) {
  if (element.data == NULL) return NOTHING;
  const char *at = past_value(after_name(element.data, element.end), element.end, 0);
  if (at == NULL) return NOTHING;
  at = past_blanks(at, element.end);
  return *at == ',' ? (sb_json){past_blanks(at + 1, element.end), element.end} : NOTHING;
}

static sb_json value_of(sb_json element) {
  if (element.data == NULL) return NOTHING;
  return (sb_json){after_name(element.data, element.end), element.end};
}

sb_kind sb_kind_of(sb_json value) {
  value = value_of(value);
  if (value.data == NULL) return SB_NOTHING;
  switch (*value.data) {
    case '{': return SB_OBJECT;
    case '[': return SB_ARRAY;
    case '"': return SB_TEXT;
    case 't':
    case 'f': return SB_BOOL;
    case 'n': return SB_NULL;
    default: return SB_NUMBER;
  }
}

sb_text sb_name(sb_json element) {
  if (element.data == NULL || after_name(element.data, element.end) == element.data) return SB("");
  return sb_text_of((sb_json){element.data, past_string(element.data, element.end)});
}

sb_json sb_get(sb_json value, const char *path) {
  while (*path != 0 && value.data != NULL) {
    size_t length = 0;
    while (path[length] != 0 && path[length] != '.') length++;
    sb_text wanted = {path, length};
    sb_json found = NOTHING;
    if (*after_name(value.data, value.end) == '{')
      for (sb_json at = sb_first(value); at.data != NULL; at = sb_next(at))
        if (sb_equal(sb_name(at), wanted)) found = value_of(at);
    value = found;
    path += length + (path[length] == '.' ? 1 : 0);
  }
  return value;
}

static int hex_value(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

static uint32_t unit_at(const char *at) {
  return (uint32_t)(hex_value(at[0]) << 12 | hex_value(at[1]) << 8 | hex_value(at[2]) << 4 | hex_value(at[3]));
}

static char *put_utf8(char *out, uint32_t point) {
  if (point < 0x80) {
    *out++ = (char)point;
  } else if (point < 0x800) {
    *out++ = (char)(0xc0 | point >> 6);
    *out++ = (char)(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    *out++ = (char)(0xe0 | point >> 12);
    *out++ = (char)(0x80 | (point >> 6 & 0x3f));
    *out++ = (char)(0x80 | (point & 0x3f));
  } else {
    *out++ = (char)(0xf0 | point >> 18);
    *out++ = (char)(0x80 | (point >> 12 & 0x3f));
    *out++ = (char)(0x80 | (point >> 6 & 0x3f));
    *out++ = (char)(0x80 | (point & 0x3f));
  }
  return out;
}

/** Half a surrogate pair is no character: U+FFFD stands for it. */
static const uint32_t REPLACEMENT = 0xfffd;

/** The character of `\uXXXX` at `*at`, which is moved behind it, over both halves of a pair. */
static uint32_t escaped_point(const char **at, const char *end) {
  uint32_t unit = unit_at(*at + 2);
  *at += 6;
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  if (unit > 0xdbff || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u') return REPLACEMENT;
  uint32_t low = unit_at(*at + 2);
  if (low < 0xdc00 || low > 0xdfff) return REPLACEMENT;
  *at += 6;
  return 0x10000 + ((unit - 0xd800) << 10 | (low - 0xdc00));
}

static char plain_of(char escape) {
  switch (escape) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return escape;
  }
}

sb_text sb_text_of(sb_json value) {
  value = value_of(value);
  if (value.data == NULL || *value.data != '"') return SB("");
  const char *behind = past_string(value.data, value.end);
  if (behind == NULL) return SB("");
  const char *end = behind - 1;
  // No escape is shorter than what it stands for.
  char *into = sb_take((size_t)(end - value.data));
  char *out = into;
  for (const char *at = value.data + 1; at < end;) {
    if (*at != '\\') {
      *out++ = *at++;
    } else if (at[1] == 'u') {
      out = put_utf8(out, escaped_point(&at, end));
    } else {
      *out++ = plain_of(at[1]);
      at += 2;
    }
  }
  return (sb_text){into, (size_t)(out - into)};
}

double sb_number_of(sb_json value) {
  value = value_of(value);
  if (value.data == NULL) return 0;
  const char *behind = past_number(value.data, value.end);
  double number = 0;
  if (behind != NULL) sb_parse_number((sb_text){value.data, (size_t)(behind - value.data)}, &number);
  return number;
}

bool sb_bool_of(sb_json value) {
  value = value_of(value);
  return value.data != NULL && *value.data == 't';
}

/* ---- Writing ---- */

static void put(sb_writer *writer, char c) {
  if (writer->length == writer->room) {
    size_t room = writer->room * 2;
    char *larger = sb_take(room);
    for (size_t i = 0; i < writer->length; i++) larger[i] = writer->data[i];
    writer->data = larger;
    writer->room = room;
  }
  writer->data[writer->length++] = c;
}

static void put_all(sb_writer *writer, sb_text text) {
  for (size_t i = 0; i < text.length; i++) put(writer, text.data[i]);
}

static void put_string(sb_writer *writer, sb_text text) {
  static const char HEX[] = "0123456789abcdef";
  put(writer, '"');
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    if (c == '"' || c == '\\') {
      put(writer, '\\');
      put(writer, c);
    } else if ((unsigned char)c < 0x20) {
      put_all(writer, SB("\\u00"));
      put(writer, HEX[c >> 4]);
      put(writer, HEX[c & 15]);
    } else {
      put(writer, c);
    }
  }
  put(writer, '"');
}

static sb_writer opened(char open, char close) {
  enum { FIRST_ROOM = 256 };
  sb_writer writer = {sb_take(FIRST_ROOM), 0, FIRST_ROOM, close, false};
  put(&writer, open);
  return writer;
}

static void begin_element(sb_writer *writer) {
  if (writer->filled) put(writer, ',');
  writer->filled = true;
}

static void begin_member(sb_writer *object, const char *name) {
  begin_element(object);
  size_t length = 0;
  while (name[length] != 0) length++;
  put_string(object, (sb_text){name, length});
  put(object, ':');
}

sb_writer sb_object(void) { return opened('{', '}'); }
sb_writer sb_array(void) { return opened('[', ']'); }

void sb_put_text(sb_writer *object, const char *name, sb_text value) {
  begin_member(object, name);
  put_string(object, value);
}

void sb_put_number(sb_writer *object, const char *name, double value) {
  begin_member(object, name);
  put_all(object, sb_number_text(value));
}

void sb_put_bool(sb_writer *object, const char *name, bool value) {
  begin_member(object, name);
  put_all(object, value ? SB("true") : SB("false"));
}

void sb_put_json(sb_writer *object, const char *name, sb_text json) {
  begin_member(object, name);
  put_all(object, json);
}

void sb_add_text(sb_writer *array, sb_text value) {
  begin_element(array);
  put_string(array, value);
}

void sb_add_json(sb_writer *array, sb_text json) {
  begin_element(array);
  put_all(array, json);
}

sb_text sb_end(sb_writer *writer) {
  put(writer, writer->close);
  return (sb_text){writer->data, writer->length};
}
