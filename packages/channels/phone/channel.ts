import type { Config, PhoneChannel } from '@otklik/config';
import { type EpochMs, type Event, HOUR } from '@otklik/domain';
import type {
  Channel,
  Feed,
  HookRequest,
  HookWorld,
  Listener,
  ListenerWorld,
  Received,
  Said,
} from '../channel.ts';
import { forged, taken } from '../provider/hook.ts';
import { RECONCILE_PACE, type ReconcilePace, reconcile } from '../provider/reconcile.ts';
import { type CallFact, eventOf } from './callFact.ts';
import { isExtension } from './numbers.ts';
import { contextOf, type LineContext, type ListCalls, type SampleCall } from './line.ts';
import { LINES } from './lines.ts';
import { keepAsideOnce, type ListedCalls } from './readRows.ts';

/** A phone line by whichever provider has its exchange. */
export const phoneChannel: Channel<PhoneChannel> = {
  kind: 'phone',
  takesGet: true,
  takesPaths: true,
  receive: receiveCall,
  sample: (channel, { config, now }) =>
    LINES[channel.provider].sample?.(channel, sampleCall(channel, now), contextOf(channel, config)) ?? null,
  dial: (channel, config) => LINES[channel.provider].dial?.(channel, contextOf(channel, config)) ?? null,
  feeds: (config) => accountsOf(config).flatMap((channel) => feedOf(channel, config, RECONCILE_PACE)),
};

/** Ten seconds of ringing from a number that nobody has: Russia gives out none with the code 000. */
const sampleCall = ({ numbers }: PhoneChannel, now: EpochMs): SampleCall => ({
  id: `otklik-test-${now}`,
  client: '+70000000000',
  line: (numbers[0] ?? '').replaceAll(/\D/g, ''),
  began: now - 10_000,
  ended: now,
});

async function receiveCall(
  channel: PhoneChannel,
  request: HookRequest,
  { config }: HookWorld,
): Promise<Received> {
  const line = LINES[channel.provider];
  if (!line.read) return forged(line.name, `${line.name} posts nothing: Otklik goes there itself.`);
  const read = await line.read(channel, request, contextOf(channel, config));
  if (read.outcome === 'forged') return forged(line.name, read.detail);
  return taken(eventsOf(read.facts, channel, config, request.receivedAt), read.faults, read.answer);
}

/**
 * The facts as events of the channels that have the numbers. Of a number that nobody has, nothing, nor of a call between two
 * of our own telephones or lines: nobody waits there.
 */
function eventsOf(facts: readonly CallFact[], posted: PhoneChannel, config: Config, now: EpochMs): Event[] {
  const ours = new Set(phones(config).flatMap(({ numbers }) => numbers.map(digitsOf)));
  // Of a hidden number, and of a line with a name instead of a number.
  ours.delete('');
  return facts.flatMap((fact) => {
    if (isExtension(fact.outside) || ours.has(digitsOf(fact.outside))) return [];
    const channel = ownerOf(fact, posted, config);
    return channel === null ? [] : [eventOf(fact, channel, now)];
  });
}

/**
 * An exchange has one address for all its lines: whose a call is shows by the number. Where it tells none, as of many calls
 * back, the call is of the channel through which we learnt of it: to lose it would be worse.
 */
function ownerOf({ line }: CallFact, posted: PhoneChannel, config: Config): PhoneChannel | null {
  const isTold = line !== null && /\d/.test(line) && !isExtension(line);
  const all = [posted, ...phones(config).filter((each) => accountKey(each) === accountKey(posted))];
  const ofAllOthers = all.find(({ numbers }) => numbers.length === 0) ?? null;
  if (!isTold) return ofAllOthers ?? posted;
  const has = ({ numbers }: PhoneChannel) => numbers.some((number) => digitsOf(number) === digitsOf(line));
  return all.find(has) ?? ofAllOthers;
}

/** Without the prefix that is written with and without the plus, or as 8. */
const digitsOf = (number: string): string => number.replaceAll(/\D/g, '').slice(-10);

const phones = (config: Config): PhoneChannel[] =>
  [...config.channels.values()].filter((channel) => channel.kind === 'phone');

const accountKey = ({ id, provider, account, token, secret }: PhoneChannel): string =>
  JSON.stringify([provider, account ?? secret?.reveal() ?? token?.reveal() ?? id]);

/** The first channel of each account speaks for all of its lines. */
const accountsOf = (config: Config): PhoneChannel[] => [
  ...new Map(
    phones(config)
      .toReversed()
      .map((channel) => [accountKey(channel), channel]),
  ).values(),
];

export function feedOf(
  channel: PhoneChannel,
  config: Config,
  pace: ReconcilePace,
  context: LineContext = contextOf(channel, config),
): Feed[] {
  const line = LINES[channel.provider];
  const list = line.list?.(channel) ?? null;
  const gap = line.gapWithoutList;
  if (list === null && !line.listen && !gap) return [];
  return [
    {
      name: `phone:${channel.id}`,
      channel: channel.id,
      fingerprint: JSON.stringify([
        accountKey(channel),
        channel.secret?.reveal(),
        channel.token?.reveal(),
        channel.cdr?.reveal(),
        channel.apiRoot,
        context,
        phones(config).map(({ id, numbers }) => [id, numbers]),
      ]),
      start: (world: ListenerWorld) => {
        const events = (facts: readonly CallFact[]) => eventsOf(facts, channel, config, world.now());
        const keepAside = keepAsideOnce(world);
        if (line.listen) return line.listen({ channel, world, eventsOf: events, keepAside, context, pace });
        if (list === null) return onlyPosted(world, gap ? [gap] : []);
        return reconcile(
          async (span, signal) => {
            const { facts, odd } = await callsOver(list, span, context, signal);
            return { events: events(facts), kept: () => keepAside(odd) };
          },
          world,
          pace,
          line.read ? () => true : null,
        );
      },
    },
  ];
}

/** A longer call is found by the daily look at the last two days. */
const LONGEST_CALL_MS = 2 * HOUR;

/** The calls that ended in the span: as lists go by the beginning, a talk of half an hour has to be looked for before it. */
async function callsOver(
  list: ListCalls,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  context: LineContext,
  signal: AbortSignal,
): Promise<ListedCalls> {
  const { facts, odd } = await list({ from: from - LONGEST_CALL_MS, to }, context, signal);
  const calls = Map.groupBy(facts, ({ call }) => call);
  const over = [...calls.values()].filter((call) => call.some(({ at }) => at === null || at >= from));
  return { facts: over.flat(), odd };
}

/** Nothing to go and fetch: what cannot be seen is said, and that is all. */
function onlyPosted(world: ListenerWorld, gaps: readonly Said[]): Listener {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  world.report({ up: true, caughtUp: true, problem: null, gaps });
  return { stop: resolve, done };
}
