import fc from 'fast-check';
import type { Call, CallOutcome, CallPhase, Event, Side, Wording } from '../event.ts';
import type { FoldPolicy } from '../foldWaits.ts';
import { type EpochMs, MINUTE, SECOND } from '../time.ts';
import { at, rules } from './story.ts';

const MORNING = at('10:00:00');

/** Moments of a one-second clock within a minute, so that ties are common; a few lie between the seconds. */
const moment = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 40 }).map((second) => MORNING + second * SECOND) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 40_000 }).map((ms) => MORNING + ms) },
);

const place = fc.constantFrom(
  { channel: 'site', thread: '1' },
  { channel: 'site', thread: '2' },
  { channel: 'bot', thread: '1' },
  { channel: 'line', thread: '+7' },
);

const side = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Side>('client') },
  { weight: 2, arbitrary: fc.constant<Side>('employee') },
  { weight: 1, arbitrary: fc.constantFrom<Side>('bot', 'unknown') },
);

/** What every event has. Few ids, so that an id is often told twice and deletions often find their message. */
const happening = fc
  .record({
    place,
    side,
    at: moment,
    delay: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 30 }).map((second) => second * SECOND),
    ),
    index: fc.integer({ min: 0, max: 2 }),
    seq: fc.option(fc.integer({ min: 0, max: 5 }), { freq: 2 }),
  })
  .map(({ place: { channel, thread }, side, at, delay, index, seq }) => ({
    channel,
    thread,
    side,
    author: { id: null, name: null, phone: null, email: null },
    at,
    atSource: 'provider' as const,
    receivedAt: at + delay,
    receivedIndex: index,
    seq,
  }));

const messageId = fc.integer({ min: 1, max: 8 }).map((n) => `m${n}`);

const EMPTY: Wording = { formal: false, farewell: false, apology: false, thanks: false, empty: true };

const message: fc.Arbitrary<Event> = fc
  .record({
    base: happening,
    kind: fc.constantFrom('message' as const, 'comment' as const),
    id: messageId,
    wording: fc.oneof(
      { weight: 7, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constant(EMPTY) },
    ),
  })
  .map(({ base, kind, id, wording }) => ({ ...base, kind, id, text: null, wording, link: null }));

const deletion: fc.Arbitrary<Event> = fc
  .record({
    base: happening,
    id: fc.integer({ min: 1, max: 6 }),
    of: fc.oneof({ weight: 5, arbitrary: messageId }, { weight: 1, arbitrary: fc.constant('c1/ringing') }),
  })
  .map(({ base, id, of }) => ({ ...base, kind: 'deletion', id: `d${id}`, of }));

const bounce: fc.Arbitrary<Event> = fc
  .record({ base: happening, id: fc.integer({ min: 1, max: 4 }), of: messageId })
  .map(({ base, id, of }) => ({ ...base, side: 'bot', kind: 'bounce', id: `b${id}`, of }));

const decision: fc.Arbitrary<Event> = fc
  .record({ base: happening, id: fc.integer({ min: 1, max: 4 }) })
  .map(({ base, id }) => ({
    ...base,
    kind: 'decision',
    side: 'employee',
    id: `x${id}`,
    decision: 'no_reply_needed',
  }));

const OUTCOMES: CallOutcome[] = ['answered', 'missed', 'no_answer', 'busy', 'failed', 'not_dialled'];

/** A phase of one of a few calls. Phases come without their fellows and at odd times; a call's direction does not change. */
const phase: fc.Arbitrary<Event> = fc
  .record({
    base: happening,
    call: fc.integer({ min: 1, max: 4 }),
    phase: fc.constantFrom<CallPhase>('ringing', 'answered', 'ended'),
    outcome: fc.constantFrom(...OUTCOMES),
    talkSeconds: fc.constantFrom(0, 2, 5, 12),
    again: fc.boolean(),
    leg: fc.constantFrom(undefined, 'a', 'b'),
  })
  .map(
    ({ base, call, phase, outcome, talkSeconds, again, leg }): Call => ({
      ...base,
      kind: 'call',
      channel: 'line',
      thread: '+7',
      id: `c${call}/${phase}${again ? 2 : ''}${leg ?? ''}`,
      call: {
        id: `c${call}`,
        ...(leg !== undefined && { leg }),
        direction: call % 2 === 0 ? 'out' : 'in',
        phase,
        outcome: phase === 'ended' ? outcome : null,
        talkSeconds: phase === 'ended' ? talkSeconds : 0,
      },
      text: null,
      link: null,
    }),
  );

/** A phase of a call that another number passed on to the line: often the same call once more, sometimes one of its own. */
const passedOn: fc.Arbitrary<Event> = phase.map((event): Event => {
  if (event.kind !== 'call') return event;
  const { id, leg: _, ...call } = event.call;
  const own = { id: `p${id}`, direction: 'in' as const, passedOn: true as const };
  return { ...event, channel: 'bot', id: `p${event.id}`, call: { ...call, ...own } };
});

/** One client's events, in no order, some of them twice: what a store and a queue may hand to the fold. */
export const history: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: message },
    { weight: 2, arbitrary: deletion },
    { weight: 1, arbitrary: bounce },
    { weight: 2, arbitrary: decision },
    { weight: 5, arbitrary: phase },
    { weight: 2, arbitrary: passedOn },
  ),
  { maxLength: 24, size: 'max' },
);

/** The same without second deliveries: what the store keeps. */
export const distinctHistory: fc.Arbitrary<Event[]> = history.map((events) => [
  ...new Map(events.map((event) => [`${event.channel}\n${event.id}`, event])).values(),
]);

/** A company's rules: machines that count or not, channels that share their answers or not. */
export const someRules: fc.Arbitrary<FoldPolicy> = fc
  .record({
    bot: fc.boolean(),
    minCall: fc.constantFrom(0, 5 * SECOND),
    enforceFrom: fc.constantFrom<Record<string, EpochMs>>(
      {},
      { '*': MORNING + 12 * SECOND },
      { site: MORNING + 20_500, line: MORNING + 5 * SECOND },
      { '*': MORNING + 3 * MINUTE },
    ),
    breach: fc.constantFrom(0, 3 * SECOND, 10 * SECOND, MINUTE),
    apart: fc.constantFrom<('all' | string[])[]>([], ['site'], ['line'], 'all'),
  })
  .map(({ bot, minCall, ...said }) => rules({ counts: { bot, minCall }, ...said }));

/** A list and one of its permutations. */
export const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length });
