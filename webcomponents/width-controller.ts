import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Tells an element how wide it is, as the first of some named widths that it stays under. */
export class WidthController<Name extends string> implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #below: readonly (readonly [Name, number])[];
  readonly #otherwise: Name;
  #observer: ResizeObserver | undefined;
  name: Name;

  /** @param below names with their widths in px, narrowest first */
  constructor(host: ReactiveControllerHost & Element, below: readonly (readonly [Name, number])[], otherwise: Name) {
    this.#host = host;
    this.#below = below;
    this.#otherwise = otherwise;
    this.name = otherwise;
    host.addController(this);
  }

  hostConnected(): void {
    this.#measure(this.#host.getBoundingClientRect().width);
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) this.#measure(entry.contentRect.width);
    });
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }

  #measure(width: number): void {
    const name = this.#below.find(([, limit]) => width < limit)?.[0] ?? this.#otherwise;
    if (name === this.name) return;
    this.name = name;
    this.#host.requestUpdate();
  }
}
