import type { Config, PhoneChannel } from '@otklik/config';
import type { EpochMs, Event } from '@otklik/domain';
import type { Channel, Feed, HookRequest, HookWorld, ListenerWorld, Received } from '../channel.ts';
import { forged, taken } from '../provider/hook.ts';
import { RECONCILE_PACE, type ReconcilePace, reconcile } from '../provider/reconcile.ts';
import { type CallFact, eventOf } from './callFact.ts';
import { contextOf, type SampleCall } from './line.ts';
import { LINES } from './lines.ts';

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

/** The facts as events of the channels that have the numbers. Of a number that nobody has, nothing. */
function eventsOf(facts: readonly CallFact[], posted: PhoneChannel, config: Config, now: EpochMs): Event[] {
  return facts.flatMap((fact) => {
    const channel = ownerOf(fact, posted, config);
    return channel === null ? [] : [eventOf(fact, channel, now)];
  });
}

/** An exchange has one address for all its lines: whose a call is shows by the number. */
function ownerOf({ line }: CallFact, posted: PhoneChannel, config: Config): PhoneChannel | null {
  const digits = digitsOf(line ?? '');
  const all = [posted, ...phones(config).filter((each) => accountKey(each) === accountKey(posted))];
  const has = ({ numbers }: PhoneChannel) => numbers.some((number) => digitsOf(number) === digits);
  return (
    (digits === '' ? undefined : all.find(has)) ?? all.find(({ numbers }) => numbers.length === 0) ?? null
  );
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

export function feedOf(channel: PhoneChannel, config: Config, pace: ReconcilePace): Feed[] {
  const line = LINES[channel.provider];
  const list = line.list?.(channel) ?? null;
  if (list === null && !line.listen) return [];
  const context = contextOf(channel, config);
  return [
    {
      name: `phone:${channel.id}`,
      channel: channel.id,
      fingerprint: JSON.stringify([
        accountKey(channel),
        channel.secret?.reveal(),
        channel.token?.reveal(),
        channel.apiRoot,
        context,
        phones(config).map(({ id, numbers }) => [id, numbers]),
      ]),
      start: (world: ListenerWorld) => {
        const events = (facts: readonly CallFact[]) => eventsOf(facts, channel, config, world.now());
        if (line.listen)
          return line.listen(channel, world, (facts) => world.deliver({ events: events(facts), staff: [] }));
        return reconcile(
          async (span, signal) => ({ events: events((await list?.(span, context, signal)) ?? []) }),
          world,
          pace,
        );
      },
    },
  ];
}
