import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { type DurationMs, type EpochMs, SECOND } from '@otklik/domain';

/** Token bucket. */
interface Budget {
  /** Different wrong guesses at once. */
  readonly atOnce: number;
  readonly anotherAfterMs: DurationMs;
}
/** Colleagues with forgotten tabs may share an address. */
const OF_AN_ADDRESS: Budget = { atOnce: 20, anotherAfterMs: 3 * SECOND };
const MOST_ADDRESSES = 10_000;
const MOST_REMEMBERED = 100;

interface Guesser {
  left: number;
  at: EpochMs;
  /** Digests. Repeating a wrong token (a forgotten tab) costs nothing. */
  readonly tried: Set<string>;
  /** Settles after all earlier looks. */
  turn: Promise<unknown>;
}

/**
 * `too_many`: wrong, as too many before from that address. A right secret always passes: colleagues may share the
 * guesser's address.
 */
export type Looked<T> =
  | { readonly outcome: 'right'; readonly found: T }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'too_many'; readonly retryAfterMs: DurationMs };

export interface Guesses {
  /** Looks of a guessing address run one by one. */
  look<T>(
    address: string,
    guess: string,
    find: () => Promise<T | null>,
    now: () => EpochMs,
  ): Promise<Looked<T>>;
  /** Until this address may guess again; for codes so short that a right one waits too. */
  restMs(address: string, now: EpochMs): DurationMs;
}

/** Rate-limits wrong tokens, in this process's memory. */
export function createGuesses({ atOnce, anotherAfterMs }: Budget = OF_AN_ADDRESS): Guesses {
  const guessers = new Map<string, Guesser>();

  const guesserAt = (address: string, now: EpochMs): Guesser => {
    const known = guessers.get(address);
    const guesser = known ?? { left: atOnce, at: now, tried: new Set<string>(), turn: Promise.resolve() };
    const passed = Math.max(0, now - guesser.at); // a clock that is set back costs nothing
    guesser.left = Math.min(atOnce, guesser.left + passed / anotherAfterMs);
    guesser.at = now;
    guessers.delete(address);
    guessers.set(address, guesser); // newest last
    for (const oldest of guessers.keys()) {
      if (guessers.size <= MOST_ADDRESSES) break;
      guessers.delete(oldest);
    }
    return guesser;
  };

  const restOf = ({ left }: Guesser) => Math.ceil(Math.max(0, 1 - left) * anotherAfterMs);

  const count = (address: string, guess: string, now: EpochMs): Looked<never> => {
    const guesser = guesserAt(address, now);
    const digest = createHash('sha256').update(guess).digest('base64');
    if (guesser.tried.has(digest)) return { outcome: 'wrong' };
    if (guesser.left < 1) return { outcome: 'too_many', retryAfterMs: restOf(guesser) };
    guesser.left -= 1;
    guesser.tried.add(digest);
    for (const oldest of guesser.tried) {
      if (guesser.tried.size <= MOST_REMEMBERED) break;
      guesser.tried.delete(oldest);
    }
    return { outcome: 'wrong' };
  };

  return {
    restMs: (from, now) => restOf(guesserAt(networkOf(from), now)),
    look: async (from, guess, find, now) => {
      const address = networkOf(from);
      const guesser = guessers.get(address);
      let found: Awaited<ReturnType<typeof find>>;
      if (guesser && guesser.left < 1) {
        const turn = guesser.turn.then(find);
        guesser.turn = turn.catch(() => undefined);
        found = await turn;
      } else found = await find();
      return found === null ? count(address, guess, now()) : { outcome: 'right', found };
    },
  };
}

/** One host owns a whole IPv6 /64. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(plain)) return plain;
  const [before = '', after] = plain.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
