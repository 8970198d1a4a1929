import { callTime } from '../voice-plugins/plugin-parts.ts';

/** Figures and times as people read them, in the language of the page. */
export class Format {
  readonly #locale: string;
  readonly #dateTime: Intl.DateTimeFormat;
  readonly #clock: Intl.DateTimeFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;

  constructor(locale: string) {
    this.#locale = locale;
    this.#dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    this.#clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
    this.#time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  }

  number(value: number, digits = 0): string {
    return value.toLocaleString(this.#locale, { maximumFractionDigits: digits });
  }

  percent(value: number): string {
    return (value / 100).toLocaleString(this.#locale, { style: 'percent', maximumFractionDigits: value < 10 ? 1 : 0 });
  }

  /** In steps of 1,024, as memory is counted. */
  bytes(value: number): string {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
    let step = 0;
    for (let rest = value; rest >= 1024 && step < units.length - 1; rest /= 1024) step++;
    const unit = units[step] ?? 'byte';
    const amount = value / 1024 ** step;
    return amount.toLocaleString(this.#locale, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits: amount < 10 && step > 0 ? 1 : 0,
    });
  }

  /** @param bytesPerS told in bits, in steps of 1,000, as lines are sold */
  bitrate(bytesPerS: number): string {
    const bits = bytesPerS * 8;
    const [unit, size] = bits >= 1e6 ? (['megabit-per-second', 1e6] as const) : (['kilobit-per-second', 1e3] as const);
    const amount = bits / size;
    return amount.toLocaleString(this.#locale, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits: amount < 10 ? 1 : 0,
    });
  }

  milliseconds(value: number): string {
    return value.toLocaleString(this.#locale, {
      style: 'unit',
      unit: 'millisecond',
      unitDisplay: 'short',
      maximumFractionDigits: value < 10 ? 1 : 0,
    });
  }

  /** @param us microseconds that a call took */
  callTime(us: number): string {
    return callTime(this.#locale, us);
  }

  /** The two largest of days, hours, minutes and seconds. */
  duration(seconds: number): string {
    const parts = [
      [Math.floor(seconds / 86_400), 'day'],
      [Math.floor(seconds / 3_600) % 24, 'hour'],
      [Math.floor(seconds / 60) % 60, 'minute'],
      [Math.floor(seconds) % 60, 'second'],
    ] as const;
    const first = parts.findIndex(([count]) => count > 0);
    return (first === -1 ? parts.slice(-1) : parts.slice(first, first + 2))
      .filter(([count], index) => count > 0 || index === 0)
      .map(([count, unit]) => count.toLocaleString(this.#locale, { style: 'unit', unit, unitDisplay: 'short' }))
      .join(' ');
  }

  /** @param ms since 1970 */
  dateTime(ms: number): string {
    return this.#dateTime.format(ms);
  }

  /** Hours and minutes. */
  clock(ms: number): string {
    return this.#clock.format(ms);
  }

  time(ms: number): string {
    return this.#time.format(ms);
  }

  /** How long ago, or how far ahead, in one unit. */
  relative(ms: number, now = Date.now()): string {
    const seconds = (ms - now) / 1000;
    const size = Math.abs(seconds);
    const [unit, per] =
      size < 60
        ? (['second', 1] as const)
        : size < 3_600
          ? (['minute', 60] as const)
          : size < 86_400
            ? (['hour', 3_600] as const)
            : (['day', 86_400] as const);
    return this.#relative.format(Math.round(seconds / per), unit);
  }
}
