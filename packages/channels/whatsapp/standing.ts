import { isDeepStrictEqual } from 'node:util';
import type { ListenerState, LocalizedText } from '../channel.ts';
import type { WhatsappPace } from './pace.ts';
import { NOT_KEPT } from './texts.ts';

/** How far what has come is dealt with. */
interface Progress {
  /** The library has told of something that it does not give out yet. */
  readonly heldBack: boolean;
  /** Everything that it gave is durable. */
  readonly idle: boolean;
  readonly failing: boolean;
}

/**
 * How the channel stands, from what the connection tells. «Caught up» is said when the server has sent what we missed,
 * nothing of it came for a while, and all of it is durable: the server's own word comes before the library has worked
 * it off.
 */
export class Standing {
  readonly #report: (state: ListenerState) => void;
  readonly #progress: () => Progress;
  readonly #pace: Pick<WhatsappPace, 'quietMs' | 'drainMs'>;
  #state: ListenerState | null = null;
  #isOpen = false;
  #caughtUp = false;
  #problem: LocalizedText | null = null;
  /** Since when nothing that we missed has come is being measured. */
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

  /** Online again: what came meanwhile has still to be read, so no alarm before that. */
  opened(): void {
    this.#isOpen = true;
    this.#problem = null;
    this.#caughtUp = false;
    clearTimeout(this.#drainTimer);
    // The server’s word may come ahead of the library’s that it is online.
    if (!this.#isDrained) this.#drainTimer = setTimeout(() => this.drained(), this.#pace.drainMs);
    this.refresh();
  }

  drained(): void {
    if (this.#isDrained) return;
    clearTimeout(this.#drainTimer);
    this.#isDrained = true;
    this.cameFromQueue();
  }

  /** Something that we missed has come. */
  cameFromQueue(): void {
    if (!this.#isDrained || this.#caughtUp) return;
    this.#isQuiet = false;
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => {
      // The library may hold back what it has been told.
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
    // A connection that is opened anew at once is no news.
    if (problem !== null) this.refresh();
  }

  /** No timers any more. */
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
