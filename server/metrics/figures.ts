import { Counter, Gauge, type Registry } from 'prom-client';

/** Figures of one part of the server. They are read when somebody asks. */
export interface MetricSource {
  register(registry: Registry): void;
}

/** One series, with its labels. */
interface Figure<L extends string = never> {
  readonly labels: Readonly<Record<L, string>>;
  readonly value: number;
}

type Read<L extends string> = () => Iterable<Figure<L>> | Promise<Iterable<Figure<L>>>;

/** A figure that goes up and down, read when somebody asks. */
export function gauge(registry: Registry, name: string, help: string, read: () => number | Promise<number>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}

export function gauges<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[],
  read: Read<L>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      const figures = await read();
      this.reset();
      for (const { labels, value } of figures) this.set(labels, value);
    },
  });
}

/** A figure that only goes up, and is counted elsewhere. */
export function counter(registry: Registry, name: string, help: string, read: () => number | Promise<number>): void {
  new Counter({
    name,
    help,
    registers: [registry],
    async collect() {
      const value = await read();
      this.reset();
      this.inc(value);
    },
  });
}

export function counters<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[],
  read: Read<L>,
): void {
  new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      const figures = await read();
      this.reset();
      for (const { labels, value } of figures) this.inc(labels, value);
    },
  });
}
