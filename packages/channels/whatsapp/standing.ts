import { isDeepStrictEqual } from 'node:util';
import type { ListenerState, LocalizedText } from '../channel.ts';
import type { WhatsappPace } from './pace.ts';
import { NOT_KEPT } from './texts.ts';

interface Progress {
  /** The library buffers events. */
  readonly heldBack: boolean;
  /** Everything received is durable. */
  readonly idle: boolean;
  readonly failing: boolean;
}

/**
 * Caught up: the server sent the backlog, none came for a while, and all is durable. The server's signal comes before
 * the library is done.
 */
export class Standing {
  readonly #report: (state: ListenerState) => void;
  readonly #progress: () => Progress;
  readonly #pace: Pick<WhatsappPace, 'quietMs' | 'drainMs'>;
  #state: ListenerState | null = null;
  #isOpen = false;
  #caughtUp = false;
  #problem: LocalizedText | null = null;
  /** The server says that the backlog is sent. */
  #isDrained = false;
  #isQuiet = false;
  #quietTimer: NodeJS.Timeout | undefined;
  #drainTimer: NodeJS.Timeout | undefined;

  constructor(
    pace: Pick<WhatsappPace, 'quietMs' | 'drainMs'>,
    progress: () => Progress,
    report: (state: ListenerState) => void,
  ) {
    this.#pace = pace;
    this.#progress = progress;
    this.#report = report;
  }

  /** Online again: no alarm until the backlog is read. */
  opened(): void {
    this.#isOpen = true;
    this.#problem = null;
    this.#caughtUp = false;
    clearTimeout(this.#drainTimer);
    // The server's signal may precede the library's `open`.
    if (!this.#isDrained) this.#drainTimer = setTimeout(() => this.drained(), this.#pace.drainMs);
    this.refresh();
  }

  drained(): void {
    if (this.#isDrained) return;
    clearTimeout(this.#drainTimer);
    this.#isDrained = true;
    this.cameFromQueue();
  }

  cameFromQueue(): void {
    if (!this.#isDrained || this.#caughtUp) return;
    this.#isQuiet = false;
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => {
      // The library may be buffering.
      if (this.#progress().heldBack) return this.cameFromQueue();
      this.#isQuiet = true;
      this.refresh();
    }, this.#pace.quietMs);
  }

  closed(problem: LocalizedText | null): void {
    this.#isOpen = false;
    this.#isDrained = false;
    this.#isQuiet = false;
    this.#problem = problem ?? this.#problem;
    this.end();
    // An immediate reconnect is not reported.
    if (problem !== null) this.refresh();
  }

  end(): void {
    clearTimeout(this.#quietTimer);
    clearTimeout(this.#drainTimer);
  }

  refresh(): void {
    const { idle, failing } = this.#progress();
    if (this.#isOpen && this.#isDrained && this.#isQuiet && idle) this.#caughtUp = true;
    const problem = failing ? NOT_KEPT : this.#problem;
    const state = { up: this.#isOpen && !failing, caughtUp: this.#caughtUp, problem };
    if (isDeepStrictEqual(state, this.#state)) return;
    this.#state = state;
    this.#report(state);
  }
}
