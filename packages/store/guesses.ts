import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { type DurationMs, type EpochMs, SECOND } from '@otklik/domain';

/** How often somebody may be wrong. */
interface Budget {
  /** So many different wrong ones at once; then one more each `anotherAfterMs`. */
  readonly atOnce: number;
  readonly anotherAfterMs: DurationMs;
}
/** A stranger's address, behind which colleagues with forgotten tabs may sit. */
const OF_AN_ADDRESS: Budget = { atOnce: 20, anotherAfterMs: 3 * SECOND };
const MOST_ADDRESSES = 10_000;
/** Wrong ones that are remembered of an address. */
const MOST_REMEMBERED = 100;

interface Guesser {
  left: number;
  at: EpochMs;
  /** Digests. The same wrong token again is a forgotten tab, no further guess. */
  readonly tried: Set<string>;
  /** Ends when all that was asked before has been looked at. */
  turn: Promise<unknown>;
}

/**
 * What a look at a secret gave. `too_many`: it is wrong, and so were too many others from that address; ask again after that time.
 * What is right passes whatever came before it: colleagues share an address with whoever guesses.
 */
export type Looked<T> =
  | { readonly outcome: 'right'; readonly found: T }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'too_many'; readonly retryAfterMs: DurationMs };

export interface Guesses {
  /** Looks at a token, link or code from an address. Of an address that guesses, one is looked at after the other. */
  look<T>(
    address: string,
    guess: string,
    find: () => Promise<T | null>,
    now: () => EpochMs,
  ): Promise<Looked<T>>;
  /** How long this address has to rest until it may be wrong again, ms: for codes so short that a right one waits as well. */
  restMs(address: string, now: EpochMs): DurationMs;
}

/** Slows whoever tries tokens: in the memory of one process, for as long as it lives. */
export function createGuesses({ atOnce, anotherAfterMs }: Budget = OF_AN_ADDRESS): Guesses {
  const guessers = new Map<string, Guesser>();

  const guesserAt = (address: string, now: EpochMs): Guesser => {
    const known = guessers.get(address);
    const guesser = known ?? { left: atOnce, at: now, tried: new Set<string>(), turn: Promise.resolve() };
    const passed = Math.max(0, now - guesser.at); // a clock that is set back costs nobody anything
    guesser.left = Math.min(atOnce, guesser.left + passed / anotherAfterMs);
    guesser.at = now;
    guessers.delete(address);
    guessers.set(address, guesser); // the latest stands last
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

/** Whoever has one address of IPv6 has the whole /64. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(plain)) return plain;
  const [before = '', after] = plain.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
