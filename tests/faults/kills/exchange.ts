/** What is said, and when by the provider's clock. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly by: 'client' | 'employee' | 'bot';
  readonly chat: number;
  /** A whole second, perhaps that of the line before. */
  readonly at: number;
  /** Empty: nothing visible. */
  readonly text: string;
  /** An earlier line of the same side that this one takes back, saying nothing itself. */
  readonly deletes?: Line;
}

/** When a wait opened and how it ended, by the provider's clock. */
export type Told = string;

/** What a kind tells of the three sides. */
export interface Sides {
  /** On the phone a client whom a machine answers has called; in a chat a machine changes nothing. */
  readonly machineOpens: boolean;
  /** False where the provider does not tell our side. */
  readonly employeeIsSeen: boolean;
}

export interface Manner {
  readonly lines: number;
  readonly chats: number;
  /** Some answers and questions share a second. */
  readonly hasTies: boolean;
  readonly hasEmpty: boolean;
  readonly hasDeletions: boolean;
}

/** Within every window of the suite. */
const AT_ONCE_LINES = 10;
/** Beyond every window. */
const MUCH_LATER_LINES = 150;
/** The window lies somewhere between the two. */
const WINDOW_MS = 50_000;

/** Lines that are each a second after the one before or in the same; the last is about now. */
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

/** Recent words or, now and then, old ones. */
function someWords(random: () => number, lines: readonly Line[]): Line | undefined {
  const some = random() < 0.7 ? lines.slice(-AT_ONCE_LINES) : lines.slice(0, -MUCH_LATER_LINES);
  const words = some.filter(({ by, deletes }) => by !== 'bot' && !deletes);
  return words[Math.floor(random() * words.length)];
}

/** The order in which lines are told when some come after later ones. */
export function someLate(random: () => number, lines: readonly Line[]): Line[] {
  const places = new Map(
    lines.map((line) => [line, line.number + (random() < 0.15 ? 1 + random() * 40 : 0)]),
  );
  return lines.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

/** The waits of a chat whose lines come in order: the fold's rules in their simplest form. */
export function waitsOf(lines: readonly Line[], sides: Sides): Told[] {
  let wait = NOTHING_YET;
  for (const line of withoutTakenBack(lines)) wait = unfold(wait, line, sides);
  return told(wait);
}

/**
 * Whether these waits (in the order of opening) follow from the lines, when each unsure line may have been heard or
 * not. With deletions every line must be sure.
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
    // Drop stories that already differ; of those that continue alike keep one.
    const sound = all.filter(({ told }) => told.every((wait, index) => wait === waits[index]));
    possible = [...new Map(sound.map((each) => [`${each.since} ${each.told.length}`, each])).values()];
  }
  return possible.some((each) => isSame(told(each), waits));
}

/** Whether the client may be waiting, when each unsure line may have been heard or not. */
export function mayWait(lines: readonly Line[], isSure: (line: Line) => boolean, sides: Sides): boolean {
  const unsure = lines.find((line) => !isSure(line));
  if (unsure === undefined) return waitsOf(lines, sides).some(isOpen);
  const unheard = lines.filter((line) => line !== unsure);
  return mayWait(unheard, isSure, sides) || mayWait(lines, (line) => line === unsure || isSure(line), sides);
}

/** An answer that our side took back at once, before the client wrote again, was none. */
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

/** A chat's waits so far; `since`: of the open one. */
interface Unfolding {
  readonly since: number | null;
  /** Of the open wait, not taken back. */
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

/** Mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
