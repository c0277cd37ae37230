/** What is said in an exchange, and when by the provider's clock. */
export interface Line {
  /** Its place in the exchange, from 1. */
  readonly number: number;
  readonly by: 'client' | 'employee' | 'bot';
  readonly chat: number;
  /** A whole second: a line may bear the same one as the line before it. */
  readonly at: number;
  /** Empty: there is nothing to be seen. */
  readonly text: string;
  /** What the same side said before, and takes back with this line, which says nothing itself. */
  readonly deletes?: Line;
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

/** How people talk in an exchange. */
export interface Manner {
  readonly lines: number;
  readonly chats: number;
  /** Some answer, and ask again, in the same second. */
  readonly hasTies: boolean;
  /** Some answers are empty. */
  readonly hasEmpty: boolean;
  /** Some words are taken back. */
  readonly hasDeletions: boolean;
}

/** What is taken back so soon falls into the window of every policy of the suite. */
const AT_ONCE_LINES = 10;
/** What is taken back so late falls into none. */
const MUCH_LATER_LINES = 150;
/** The window is somewhere between the two; where, makes no difference. */
const WINDOW_MS = 50_000;

/** So many lines, each a second of the provider's clock after the one before or in the same, the last of them about now. */
export function conversation(random: () => number, manner: Manner): Line[] {
  const begin = Math.floor(Date.now() / 1_000) - manner.lines;
  const lines: Line[] = [];
  while (lines.length < manner.lines) {
    const number = lines.length + 1;
    const before = lines.at(-1);
    const line = { number, at: (begin + number) * 1_000, text: `Сообщение ${number}` };
    const regretted = manner.hasDeletions && random() < 0.12 ? someWords(random, lines) : undefined;
    if (regretted) {
      const { by, chat } = regretted;
      lines.push({ ...line, by, chat, text: '', deletes: regretted });
    } else if (manner.hasTies && before && random() < 0.3) {
      const { by, chat, at } = before;
      lines.push({ ...line, by: by === 'client' ? 'employee' : 'client', chat, at });
    } else {
      const dice = random();
      const by = dice < 0.55 ? 'client' : dice < 0.9 ? 'employee' : 'bot';
      const isEmpty = manner.hasEmpty && by === 'employee' && random() < 0.15;
      const chat = 1 + Math.floor(random() * manner.chats);
      lines.push({ ...line, by, chat, ...(isEmpty && { text: '' }) });
    }
  }
  return lines;
}

/** What somebody said just now or, now and then, long ago. */
function someWords(random: () => number, lines: readonly Line[]): Line | undefined {
  const some = random() < 0.7 ? lines.slice(-AT_ONCE_LINES) : lines.slice(0, -MUCH_LATER_LINES);
  const words = some.filter(({ by, deletes }) => by !== 'bot' && !deletes);
  return words[Math.floor(random() * words.length)];
}

/** The order in which lines are told of where some come late: after others that were said later. */
export function someLate(random: () => number, lines: readonly Line[]): Line[] {
  const places = new Map(
    lines.map((line) => [line, line.number + (random() < 0.15 ? 1 + random() * 40 : 0)]),
  );
  return lines.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

/** What the lines of a chat come to, in the order in which they were said: the rules of the fold in their simplest form. */
export function waitsOf(lines: readonly Line[], sides: Sides): Told[] {
  let wait = NOTHING_YET;
  for (const line of withoutTakenBack(lines)) wait = unfold(wait, line, sides);
  return told(wait);
}

/**
 * Whether the waits of one chat are what its lines come to, when each of those that are not sure may have been heard or not.
 * `waits` are in the order of their opening. Where anything is taken back, every line must be sure.
 */
export function explains(
  lines: readonly Line[],
  isSure: (line: Line) => boolean,
  sides: Sides,
  waits: readonly Told[],
): boolean {
  let possible: Unfolding[] = [NOTHING_YET];
  for (const line of withoutTakenBack(lines)) {
    const heard = possible.map((each) => unfold(each, line, sides));
    const all = isSure(line) ? heard : [...heard, ...possible];
    // What has told another story already is none; of those that go on alike one is enough.
    const sound = all.filter(({ told }) => told.every((wait, index) => wait === waits[index]));
    possible = [...new Map(sound.map((each) => [`${each.since} ${each.told.length}`, each])).values()];
  }
  return possible.some((each) => isSame(told(each), waits));
}

/** Whether the client of a chat may be waiting, when each line that is not sure may have been heard or not. */
export function mayWait(lines: readonly Line[], isSure: (line: Line) => boolean, sides: Sides): boolean {
  const unsure = lines.find((line) => !isSure(line));
  if (unsure === undefined) return waitsOf(lines, sides).some(isOpen);
  const unheard = lines.filter((line) => line !== unsure);
  return mayWait(unheard, isSure, sides) || mayWait(lines, (line) => line === unsure || isSure(line), sides);
}

/** An answer that our side took back at once, before the client wrote again, was none from the beginning. */
function withoutTakenBack(lines: readonly Line[]): readonly Line[] {
  return lines.filter((answer, index) => {
    const later = lines.slice(index + 1);
    const back = later.findIndex(({ deletes }) => deletes === answer);
    const deletion = later[back];
    if (answer.by !== 'employee' || !deletion) return true;
    const wroteAgain = later.slice(0, back).some(({ by, deletes }) => by === 'client' && !deletes);
    return wroteAgain || deletion.at - answer.at > WINDOW_MS;
  });
}

/** The waits of one chat so far, and since when one is open. */
interface Unfolding {
  readonly since: number | null;
  /** Of the open one, what the client has not taken back. */
  readonly turns: readonly Line[];
  readonly told: readonly Told[];
}

const NOTHING_YET: Unfolding = { since: null, turns: [], told: [] };

function unfold(before: Unfolding, line: Line, { machineOpens, employeeIsSeen }: Sides): Unfolding {
  const { by, at, text, deletes } = line;
  const { since, turns } = before;
  const ends = (outcome: string, since: number): Unfolding => ({
    since: null,
    turns: [],
    told: [...before.told, toldWait(iso(since), outcome, iso(at))],
  });
  if (deletes) {
    const left = turns.filter((turn) => turn !== deletes);
    return since !== null && left.length === 0 ? ends('withdrawn', since) : { ...before, turns: left };
  }
  const isTurn = by === 'client' || (by === 'bot' && machineOpens);
  if (isTurn) return { ...before, since: since ?? at, turns: [...turns, line] };
  const isAnswer = by === 'employee' && employeeIsSeen && text !== '';
  return isAnswer && since !== null ? ends('answered', since) : before;
}

const told = ({ since, told }: Unfolding): Told[] =>
  since === null ? [...told] : [...told, toldWait(iso(since), null, null)];

const isSame = (a: readonly Told[], b: readonly Told[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

export const toldWait = (openedAt: string, outcome: string | null, closedAt: string | null): Told =>
  closedAt === null ? `${openedAt} waits` : `${openedAt} ${outcome} ${closedAt}`;

const isOpen = (wait: Told): boolean => wait.endsWith(' waits');

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
