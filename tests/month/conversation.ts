import type { Call, Event, Message, Wording } from '@otklik/domain';
import type { Chances } from './random.ts';
import { type ChannelTruth, MINUTE, type Press, SECOND } from './truth.ts';

/** A client's thread. `phone` joins it with their others; null: it stands alone. */
export interface Place {
  readonly channel: ChannelTruth;
  readonly thread: string;
  readonly phone: string | null;
}

export interface Told {
  readonly events: readonly Event[];
  readonly presses: readonly Press[];
}

interface Teller extends Told {
  readonly events: Event[];
  readonly presses: Press[];
  readonly place: Place;
  readonly chances: Chances;
  /** A moment near the wished one, unused by this client. */
  free(at: number, step: number): number;
  /** In a rush the provider tells events in lumps, so many ms apart. */
  readonly lumps: number;
  /** The next words come in the same second as this. */
  readonly atOnceWith?: Event;
  /** Unique, for an event or call. */
  name(): string;
  /** The provider's next number. */
  number(): number;
  /** Regretted answers are deleted within the shortest window, or after the longest. */
  windows(channel: ChannelTruth): { readonly least: number; readonly most: number };
}

/** A conversation from the client's first word at `start`. `other`: a second thread of the client. */
export function converse(
  place: Place,
  other: Place | null,
  start: number,
  world: {
    chances: Chances;
    free(at: number, step: number): number;
    name(): string;
    number(): number;
    windows(channel: ChannelTruth): { least: number; most: number };
    people: readonly string[];
    lumps: number;
  },
): Told {
  const { chances, people } = world;
  const teller: Teller = { ...world, place, events: [], presses: [] };
  const first: Teller = { ...teller, lumps: 1 };
  const opening = chances.happens(0.15) ? callIn(first, start) : says(first, 'client', start);
  if (chances.happens(0.4)) says(first, 'bot', start + SECOND);
  if (chances.happens(0.05)) gesture(teller, start + chances.between(20, 200) * SECOND);
  if (chances.happens(0.05)) says(teller, 'bot', start + chances.between(30, 300) * SECOND);
  const nags = chances.happens(0.35) ? chances.between(1, 3) : 0;
  for (let i = 0; i < nags; i++)
    says(
      { ...teller, place: other && chances.happens(0.2) ? other : place },
      'client',
      start + chances.between(20, 900) * SECOND,
    );
  const after = (from: number, to: number) => start + chances.between(from, to) * SECOND;
  const fate = isUnclear(place) && chances.happens(0.03) ? 0 : chances.next();
  if (fate === 0) says({ ...first, atOnceWith: opening }, 'employee', start);
  else if (fate < 0.62) answer(teller, after(10, 170), other);
  else if (fate < 0.8) answer(teller, after(180, 1_800), other);
  else if (fate < 0.84) callOut(teller, after(30, 600), true);
  else if (fate < 0.87) callOut(teller, after(30, 600), false);
  else if (fate < 0.9) takeBack(teller, opening, after(10, 400));
  else if (fate < 0.94)
    press(teller, 'no_reply_needed', start + chances.between(60, 900) * SECOND, chances.pick(people));
  if (chances.happens(0.12))
    press(teller, 'take', start + chances.between(30, 700) * SECOND, chances.pick(people));
  if (chances.happens(0.03))
    press(teller, 'take', start + chances.between(200, 900) * SECOND, chances.pick(people));
  if (chances.happens(0.04)) {
    const at = start + chances.between(60, 800) * SECOND + PRESSED;
    const { channel, thread } = place;
    teller.presses.push({
      at,
      press: 'hand_over',
      by: channel.owner,
      channel: channel.id,
      thread,
      to: chances.pick(people),
    });
  }
  return teller;
}

/** Presses fall between whole seconds, never in the instant of an event or arrival. */
export const PRESSED = 500;

function press(teller: Teller, what: 'take' | 'no_reply_needed', at: number, by: string): void {
  const { channel, thread } = teller.place;
  teller.presses.push({ at: at + PRESSED, press: what, by, channel: channel.id, thread });
}

/** Sometimes empty, sometimes deleted: at once, or when nobody cares any more. */
function answer(teller: Teller, at: number, other: Place | null): void {
  const { chances } = teller;
  const here = { ...teller, place: other && chances.happens(0.15) ? other : teller.place };
  const said = says(here, chances.happens(0.1) ? 'unknown' : 'employee', at, chances.happens(0.04));
  if (chances.happens(0.08)) regret(here, said, said.at + chances.between(2, 400) * SECOND);
  if (chances.happens(0.2)) says(here, 'employee', at + 40 * SECOND);
  if (isUnclear(here.place) && chances.happens(0.1)) says({ ...here, atOnceWith: said }, 'client', at);
}

/** Times do not tell which of two words of one second came first. */
const isUnclear = ({ channel }: Place) => channel.wholeSeconds;

const base = (teller: Teller, side: Event['side'], wished: number) => {
  const { channel, thread, phone } = teller.place;
  const step = Math.max(teller.lumps, channel.wholeSeconds ? SECOND : 1);
  const at = teller.atOnceWith?.at ?? teller.free(Math.ceil(wished / step) * step, Math.max(step, SECOND));
  return {
    channel: channel.id,
    thread,
    side,
    author: { id: null, name: null, phone: side === 'client' ? phone : null, email: null },
    at,
    atSource: 'provider' as const,
    receivedAt: at,
    seq: null,
    link: null,
  };
};

function says(teller: Teller, side: Event['side'], at: number, isEmpty = false): Event {
  const kind = teller.chances.happens(0.2) ? 'comment' : 'message';
  const wording = isEmpty ? EMPTY : null;
  const seq = numberOf(teller);
  const message: Message = { ...base(teller, side, at), seq, kind, id: teller.name(), text: null, wording };
  teller.events.push(message);
  return message;
}

const numberOf = (teller: Teller) => (teller.place.channel.numbered ? teller.number() : null);

const EMPTY: Wording = { formal: false, farewell: false, apology: false, thanks: false, empty: true };

function gesture(teller: Teller, at: number): void {
  const { link: _, ...happening } = base(teller, 'employee', at);
  teller.events.push({
    ...happening,
    kind: teller.chances.happens(0.5) ? 'closing' : 'reaction',
    id: teller.name(),
  });
}

function takeBack(teller: Teller, of: Event, at: number, by: 'client' | 'employee' = 'client'): void {
  const { link: _, ...happening } = base(teller, by, at);
  teller.events.push({ ...happening, seq: numberOf(teller), kind: 'deletion', id: teller.name(), of: of.id });
}

function regret(teller: Teller, said: Event, at: number): void {
  takeBack(teller, said, at, 'employee');
  const { least, most } = teller.windows(teller.place.channel);
  const after = (teller.events.at(-1)?.at ?? at) - said.at;
  if (least < after && after <= most) teller.events.pop();
}

interface Phase {
  readonly phase: Call['call']['phase'];
  readonly side: Event['side'];
  readonly at: number;
  readonly outcome?: Call['call']['outcome'];
  readonly talkSeconds?: number;
}

function rings(teller: Teller, direction: 'in' | 'out', phases: readonly Phase[]): Event {
  const name = teller.name();
  const told = phases.map(
    ({ phase, side, at, outcome = null, talkSeconds = 0 }): Call => ({
      ...base(teller, side, at),
      kind: 'call',
      id: `${name}/${phase}`,
      text: null,
      call: { id: name, direction, phase, outcome, talkSeconds },
    }),
  );
  const picked = told.find(({ call }) => call.phase === 'answered');
  // The told length of a talk must fit its told beginning.
  const agreed = told.map(
    (one): Call =>
      picked && one.call.phase === 'ended'
        ? { ...one, call: { ...one.call, talkSeconds: (one.at - picked.at) / SECOND } }
        : one,
  );
  teller.events.push(...agreed);
  const [first] = agreed;
  if (!first) throw new Error('a call has phases');
  return first;
}

/** Missed, too short, or a talk. */
function callIn(teller: Teller, at: number): Event {
  const { chances } = teller;
  const ringing: Phase = { phase: 'ringing', side: 'client', at };
  const how = chances.next();
  if (how < 0.6)
    return rings(teller, 'in', [
      ringing,
      { phase: 'ended', side: 'client', at: at + 25 * SECOND, outcome: 'missed' },
    ]);
  const pickedAt = at + chances.between(3, 40) * SECOND;
  const talk = how < 0.75 ? chances.between(1, 4) : chances.between(30, 600);
  return rings(teller, 'in', [
    ringing,
    { phase: 'answered', side: 'employee', at: pickedAt },
    { phase: 'ended', side: 'employee', at: pickedAt + talk * SECOND, outcome: 'answered' },
  ]);
}

function callOut(teller: Teller, at: number, reached: boolean): void {
  const ringing: Phase = { phase: 'ringing', side: 'employee', at };
  const talk = teller.chances.happens(0.8) ? teller.chances.between(1, 5) * MINUTE : 3 * SECOND;
  rings(
    teller,
    'out',
    reached
      ? [
          ringing,
          { phase: 'answered', side: 'employee', at: at + 10 * SECOND },
          { phase: 'ended', side: 'employee', at: at + 10 * SECOND + talk, outcome: 'answered' },
        ]
      : [ringing, { phase: 'ended', side: 'employee', at: at + 30 * SECOND, outcome: 'no_answer' }],
  );
}
