/* Text and numbers. */

#include "switchboard.h"

#include <stdarg.h>

bool sb_equal(sb_text a, sb_text b) {
  if (a.length != b.length) return false;
  for (size_t i = 0; i < a.length; i++)
    if (a.data[i] != b.data[i]) return false;
  return true;
}

bool sb_starts_with(sb_text text, sb_text start) {
  return text.length >= start.length && sb_equal((sb_text){text.data, start.length}, start);
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

sb_text sb_trim(sb_text text) {
  while (text.length > 0 && is_blank(text.data[0])) {
    text.data++;
    text.length--;
  }
  while (text.length > 0 && is_blank(text.data[text.length - 1])) text.length--;
  return text;
}

sb_text sb_word(sb_text *text) {
  sb_text rest = sb_trim(*text);
  size_t length = 0;
  while (length < rest.length && !is_blank(rest.data[length])) length++;
  *text = sb_trim((sb_text){rest.data + length, rest.length - length});
  return (sb_text){rest.data, length};
}

sb_text sb_lower(sb_text text) {
  char *into = sb_take(text.length);
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    into[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
  }
  return (sb_text){into, text.length};
}

sb_text sb_join(int count, ...) {
  va_list texts;
  size_t length = 0;
  va_start(texts, count);
  for (int i = 0; i < count; i++) length += va_arg(texts, sb_text).length;
  va_end(texts);
  char *into = sb_take(length);
  size_t at = 0;
  va_start(texts, count);
  for (int i = 0; i < count; i++) {
    sb_text text = va_arg(texts, sb_text);
    for (size_t k = 0; k < text.length; k++) into[at++] = text.data[k];
  }
  va_end(texts);
  return (sb_text){into, length};
}

/** Enough that what was written with 15 digits reads back as it was (IEEE 754). */
enum { DIGITS = 15 };

/** 10 to this power, exact up to 22. */
static double power_of_ten(int power) {
  double result = 1;
  for (double base = 10; power > 0; power >>= 1, base *= base)
    if (power & 1) result *= base;
  return result;
}

/** `value` by 10 to this power, in steps that stay within what a double holds. */
static double scaled(double value, int power) {
  enum { STEP = 300 };
  for (; power > STEP; power -= STEP) value *= power_of_ten(STEP);
  for (; power < -STEP; power += STEP) value /= power_of_ten(STEP);
  return power < 0 ? value / power_of_ten(-power) : value * power_of_ten(power);
}

static sb_text whole_text(double value, bool negative) {
  enum { ROOM = 24 };
  char *into = sb_take(ROOM);
  char *at = into + ROOM;
  uint64_t rest = (uint64_t)value;
  do *--at = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (negative) *--at = '-';
  return (sb_text){at, (size_t)(into + ROOM - at)};
}

static sb_text zeros(int count) {
  char *into = sb_take((size_t)count);
  for (int i = 0; i < count; i++) into[i] = '0';
  return (sb_text){into, (size_t)count};
}

/** Digits with the point where it belongs: as people write it, unless that takes many zeros. */
static sb_text placed(sb_text digits, int exponent, bool negative) {
  enum { SMALLEST = -7, LARGEST = 20 };
  sb_text sign = negative ? SB("-") : SB("");
  int count = (int)digits.length;
  if (exponent < 0 && exponent >= SMALLEST) return sb_join(4, sign, SB("0."), zeros(-exponent - 1), digits);
  bool plain = exponent >= 0 && exponent <= LARGEST;
  int before = plain ? exponent + 1 : 1;
  sb_text power = plain ? SB("") : sb_join(2, SB("e"), whole_text(exponent < 0 ? -exponent : exponent, exponent < 0));
  if (before >= count) return sb_join(4, sign, digits, zeros(before - count), power);
  sb_text whole = {digits.data, (size_t)before};
  sb_text fraction = {digits.data + before, digits.length - (size_t)before};
  return sb_join(5, sign, whole, SB("."), fraction, power);
}

sb_text sb_number_text(double value) {
  static const double LARGEST_SAFE = 9007199254740991.0;
  enum { LARGEST_EXPONENT = 308 };
  static const double SMALLEST_NORMAL = 2.2250738585072014e-308;
  if (!(value - value == 0)) return SB("null");
  bool negative = value < 0;
  double size = negative ? -value : value;
  if (size < SMALLEST_NORMAL) return SB("0");
  if (size <= LARGEST_SAFE && size == sb_floor(size)) return whole_text(size, negative);
  // The exponent by which there is one digit before the point.
  int exponent = 0;
  while (scaled(size, -exponent) >= 10) exponent++;
  while (scaled(size, -exponent) < 1) exponent--;
  // At the very end, rounding up would leave what a double holds.
  double half = exponent < LARGEST_EXPONENT ? 0.5 : 0;
  uint64_t digits = (uint64_t)(scaled(size, DIGITS - 1 - exponent) + half);
  // Rounded up to a digit more: 9.99… is 10.
  if (digits >= (uint64_t)power_of_ten(DIGITS)) exponent++;
  while (digits % 10 == 0) digits /= 10;
  return placed(whole_text((double)digits, false), exponent, negative);
}

bool sb_parse_number(sb_text text, double *value) {
  size_t at = 0;
  double sign = 1;
  if (at < text.length && (text.data[at] == '-' || text.data[at] == '+')) sign = text.data[at++] == '-' ? -1 : 1;
  double digits = 0;
  int power = 0;
  bool any = false;
  for (; at < text.length && text.data[at] >= '0' && text.data[at] <= '9'; at++, any = true)
    digits = digits * 10 + (text.data[at] - '0');
  if (at < text.length && text.data[at] == '.')
    for (at++; at < text.length && text.data[at] >= '0' && text.data[at] <= '9'; at++, any = true, power--)
      digits = digits * 10 + (text.data[at] - '0');
  if (!any) return false;
  if (at < text.length && (text.data[at] == 'e' || text.data[at] == 'E')) {
    enum { FURTHEST = 1000 };
    int exponent_sign = 1;
    int exponent = 0;
    if (++at < text.length && (text.data[at] == '-' || text.data[at] == '+'))
      exponent_sign = text.data[at++] == '-' ? -1 : 1;
    size_t first = at;
    for (; at < text.length && text.data[at] >= '0' && text.data[at] <= '9'; at++)
      if (exponent < FURTHEST) exponent = exponent * 10 + (text.data[at] - '0');
    if (at == first) return false;
    power += exponent_sign * exponent;
  }
  if (at != text.length) return false;
  static const double LARGEST = 1.7976931348623157e308;
  double size = digits == 0 ? 0 : scaled(digits, power);
  *value = sign * (size > LARGEST ? LARGEST : size);
  return true;
}
