import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Takes a file that is dropped onto an area; the area has its three listeners. */
export class FileDrop implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #take: (file: File) => void;
  /** A file is over the area. */
  dropping = false;

  constructor(host: ReactiveControllerHost, take: (file: File) => void) {
    this.#host = host;
    this.#take = take;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.dropping = false;
  }

  readonly over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.#set(true);
  };

  readonly left = ({ currentTarget, relatedTarget }: DragEvent): void => {
    if (currentTarget instanceof Node && relatedTarget instanceof Node && currentTarget.contains(relatedTarget)) return;
    this.#set(false);
  };

  readonly dropped = (event: DragEvent): void => {
    this.#set(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file === undefined) return;
    event.preventDefault();
    this.#take(file);
  };

  #set(dropping: boolean): void {
    if (dropping === this.dropping) return;
    this.dropping = dropping;
    this.#host.requestUpdate();
  }
}
