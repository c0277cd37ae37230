/** What is said in an exchange, and when by the provider's clock. */
export interface Line {
  readonly by: 'client' | 'employee' | 'bot';
  readonly chat: number;
  readonly at: number;
  readonly text: string;
}

/** A wait as anybody may see it: when it opened and how it ended, by the provider's clock. */
export type Told = string;

/** What a provider's kind makes of the three sides. */
export interface Sides {
  /** On the telephone whom a machine answers is a client who called; in a chat a machine's words change nothing. */
  readonly machineOpens: boolean;
  /** False where the provider tells nothing of our side. */
  readonly employeeIsSeen: boolean;
}

/** So many lines in so many chats, one a second of the provider's clock, the last of them now. */
export function conversation(random: () => number, lines: number, chats: number): Line[] {
  const begin = Math.floor(Date.now() / 1_000) - lines;
  return Array.from({ length: lines }, (_, index) => {
    const dice = random();
    return {
      by: dice < 0.55 ? 'client' : dice < 0.9 ? 'employee' : 'bot',
      chat: 1 + Math.floor(random() * chats),
      at: (begin + index) * 1_000,
      text: `Сообщение ${index + 1}`,
    };
  });
}

/** What lines come to, in their order: the rules of the fold in their simplest form. */
export function waitsOf(lines: readonly Line[], sides: Sides): Told[] {
  let wait: Unfolding = { since: null, told: [] };
  for (const line of lines) wait = unfold(wait, line, sides);
  return told(wait);
}

/**
 * Whether the waits of one chat are what its lines come to, when each of those that are not sure may have been heard or not.
 * `waits` are in the order of their opening.
 */
export function explains(
  lines: readonly Line[],
  isSure: (line: Line) => boolean,
  sides: Sides,
  waits: readonly Told[],
): boolean {
  let possible: Unfolding[] = [{ since: null, told: [] }];
  for (const line of lines) {
    const heard = possible.map((each) => unfold(each, line, sides));
    const all = isSure(line) ? heard : [...heard, ...possible];
    // What has told another story already is none; of those that go on alike one is enough.
    const sound = all.filter(({ told }) => told.every((wait, index) => wait === waits[index]));
    possible = [...new Map(sound.map((each) => [`${each.since} ${each.told.length}`, each])).values()];
  }
  return possible.some((each) => isSame(told(each), waits));
}

/** The waits of one chat so far, and since when one is open. */
interface Unfolding {
  readonly since: number | null;
  readonly told: readonly Told[];
}

function unfold(before: Unfolding, { by, at }: Line, { machineOpens, employeeIsSeen }: Sides): Unfolding {
  const { since } = before;
  const isTurn = by === 'client' || (by === 'bot' && machineOpens);
  if (isTurn && since === null) return { ...before, since: at };
  if (by !== 'employee' || !employeeIsSeen || since === null) return before;
  return { since: null, told: [...before.told, toldWait(iso(since), 'answered', iso(at))] };
}

const told = ({ since, told }: Unfolding): Told[] =>
  since === null ? [...told] : [...told, toldWait(iso(since), null, null)];

const isSame = (a: readonly Told[], b: readonly Told[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

export const toldWait = (openedAt: string, outcome: string | null, closedAt: string | null): Told =>
  closedAt === null ? `${openedAt} waits` : `${openedAt} ${outcome} ${closedAt}`;

const iso = (at: number): string => new Date(at).toISOString();

/** Mulberry32: small, and the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
