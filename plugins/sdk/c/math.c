/* What a C library's math would bring, to within 1e-9. */

#include "switchboard.h"

static const double PI = 3.14159265358979323846;

double sb_sin(double radians) {
  // To −π/2 … π/2, where the series (Taylor, to x^15) is off by less than 1e-11.
  double turns = sb_floor(radians / PI + 0.5);
  double x = radians - turns * PI;
  double square = x * x;
  double sum = 0;
  for (int k = 15; k >= 3; k -= 2) sum = (1 + sum) * -square / (double)(k * (k - 1));
  double sine = x * (1 + sum);
  return turns / 2 == sb_floor(turns / 2) ? sine : -sine;
}

double sb_cos(double radians) { return sb_sin(radians + PI / 2); }

double sb_exp2(double exponent) {
  static const double LN2 = 0.69314718055994530942;
  // What a double can hold (IEEE 754), and no less than its smallest normal number.
  if (exponent > 1023) exponent = 1023;
  if (exponent < -1022) return 0;
  double whole = sb_floor(exponent);
  double x = (exponent - whole) * LN2;
  double sum = 1;
  for (int k = 12; k >= 1; k--) sum = 1 + x / k * sum;
  // The power of two is the exponent field of a double.
  union {
    uint64_t bits;
    double value;
  } scale = {.bits = (uint64_t)(1023 + (int64_t)whole) << 52};
  return sum * scale.value;
}
