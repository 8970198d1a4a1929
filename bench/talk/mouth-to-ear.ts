import type { BenchPart, Figures, Run } from '../report.ts';
import { median, percentile } from '../statistics.ts';
import type { HeardClick } from './clicks.ts';
import { nativeClicks } from './native-clicks.ts';
import { pageClicks } from './page-clicks.ts';

/** From the sample at the one's microphone to the sample at the other's loudspeaker, by clicks. */
export const mouthToEar: BenchPart = {
  name: 'mouth-to-ear',
  async measure(log) {
    const native = await nativeClicks(log);
    const { pages, loop } = await pageClicks(log);
    const nativeFigures = figuresOf('native', native.flat());
    const pageFigures = figuresOf(
      'page',
      pages.flatMap(({ clicks }) => clicks),
    );
    return {
      figures: {
        mouthToEarMsP50: Math.max(nativeFigures.nativeMouthToEarMsP50, pageFigures.pageMouthToEarMsP50),
        mouthToEarMsP99: Math.max(nativeFigures.nativeMouthToEarMsP99, pageFigures.pageMouthToEarMsP99),
        ...nativeFigures,
        ...pageFigures,
        pageAloneMs: median(loop.flatMap(({ clicks }) => clicks.map(({ delayMs }) => delayMs))),
        pageOutputLatencyMs: median(pages.map(({ outputLatencyMs }) => outputLatencyMs)),
      },
      runs: [
        ...native.map((clicks, i) => runOf('native', i, clicks)),
        ...pages.map(({ clicks, outputLatencyMs }, i) => ({ ...runOf('page', i, clicks), outputLatencyMs })),
        ...loop.map(({ clicks, outputLatencyMs }, i) => ({ ...runOf('page alone', i, clicks), outputLatencyMs })),
      ],
    };
  },
};

type PathFigures<P extends string> = Figures & Record<`${P}${'MouthToEar' | 'FirstClick'}Ms${'P50' | 'P99'}`, number>;

function figuresOf<P extends 'native' | 'page'>(path: P, clicks: readonly HeardClick[]): PathFigures<P> {
  const all = clicks.map(({ delayMs }) => delayMs);
  const first = clicks.filter((click) => click.first).map(({ delayMs }) => delayMs);
  return {
    [`${path}MouthToEarMsP50`]: percentile(all, 0.5),
    [`${path}MouthToEarMsP99`]: percentile(all, 0.99),
    [`${path}FirstClickMsP50`]: percentile(first, 0.5),
    [`${path}FirstClickMsP99`]: percentile(first, 0.99),
  } as PathFigures<P>;
}

function runOf(path: 'native' | 'page' | 'page alone', index: number, clicks: readonly HeardClick[]): Run {
  return {
    path,
    run: index + 1,
    /** In order; those that began a talk spurt are listed again below. */
    delaysMs: clicks.map(({ delayMs }) => Math.round(delayMs * 10) / 10),
    firstOfSpurt: clicks.flatMap(({ first }, i) => (first ? [i] : [])),
  };
}
