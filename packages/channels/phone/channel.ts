import { isDeepStrictEqual } from 'node:util';
import type { Config } from '@otklik/config';
import { type EpochMs, HOUR } from '@otklik/domain';
import type {
  Channel,
  Feed,
  HookDeps,
  HookRequest,
  Listener,
  ListenerDeps,
  ListenerState,
  LocalizedText,
  Memory,
  Received,
} from '../channel.ts';
import type { CallFact } from '../provider/callFact.ts';
import { forged, taken } from '../provider/hook.ts';
import { firstNumber } from '../provider/phoneNumbers.ts';
import { RECONCILE_PACE, type ReconcilePace, reconcile } from '../provider/reconcile.ts';
import { type PhoneChannel, phoneKind } from './config.ts';
import { contextOf, type ExchangeContext, type ListCalls, type SampleCall } from './exchange.ts';
import { EXCHANGES } from './exchanges.ts';
import { impatient } from './impatientMemory.ts';
import { accountKey, accountsOf, eventsOf, isListed, phones, type Stray, speakerOf } from './owners.ts';
import { keepAsideOnce, type ListedCalls } from './readRows.ts';
import { rememberStrays, strayGaps, watchStrays } from './strayLines.ts';

export const phoneChannel: Channel<PhoneChannel> = {
  config: phoneKind,
  takesGet: true,
  takesPaths: true,
  receive: receiveCall,
  sample: (channel, { config, now }) =>
    EXCHANGES[channel.provider].webhook?.sample(
      channel,
      sampleCall(channel, now),
      contextOf(channel, config),
    ) ?? null,
  dial: (channel, config) => EXCHANGES[channel.provider].dial?.(channel, contextOf(channel, config)) ?? null,
  feeds: (config) => accountsOf(config).flatMap((channel) => feedOf(channel, config, RECONCILE_PACE)),
};

/** Russia assigns no numbers with code 000. */
const sampleCall = ({ numbers }: PhoneChannel, now: EpochMs): SampleCall => ({
  id: `otklik-test-${now}`,
  client: '+70000000000',
  line: firstNumber(numbers) ?? numbers[0] ?? '',
  began: now - 10_000,
  ended: now,
});

async function receiveCall(
  channel: PhoneChannel,
  request: HookRequest,
  { config, memoryOf }: HookDeps,
): Promise<Received> {
  const exchange = EXCHANGES[channel.provider];
  if (!exchange.webhook)
    return forged(exchange.name, `${exchange.name} posts nothing: Otklik goes there itself.`);
  const memory = impatient(memoryOf(speakerOf(channel, config).id));
  const read = await exchange.webhook.read(channel, request, contextOf(channel, config), memory);
  if (read.outcome === 'forged') return forged(exchange.name, read.detail);
  const { events, strays } = eventsOf(read.facts, channel, config, request.receivedAt);
  // The exchange must not see that the database is down; the next call reports the line again.
  await rememberStrays(memory, strays, request.receivedAt).catch(() => undefined);
  return taken(events, read.faults, read.answer);
}

export function feedOf(
  channel: PhoneChannel,
  config: Config,
  pace: ReconcilePace,
  context: ExchangeContext = contextOf(channel, config),
): Feed[] {
  const exchange = EXCHANGES[channel.provider];
  const list = exchange.list?.(channel) ?? null;
  const gap = exchange.gapWithoutList;
  if (list === null && !exchange.listen && !gap) return [];
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
        [...channel.accounts],
        context,
        phones(config).map(({ id, numbers }) => [id, numbers]),
      ]),
      start: (deps: ListenerDeps) => {
        const owned = (facts: readonly CallFact[]) => eventsOf(facts, channel, config, deps.now());
        const seen = (strays: readonly Stray[]) => rememberStrays(deps.memory, strays, deps.now());
        const gaps = () => strayGaps(deps.memory, (stray) => isListed(stray, channel, config), deps.now());
        const keepAside = keepAsideOnce(deps);
        if (exchange.listen)
          return exchange.listen({
            channel,
            deps,
            eventsOf: (facts) => {
              const { events, strays } = owned(facts);
              seen(strays).catch((error) => deps.log.warn({ err: error }, 'a line could not be remembered'));
              return events;
            },
            strayGaps: gaps,
            keepAside,
            context,
            pace,
          });
        if (list === null) return onlyPosted(deps, gap ? [gap] : [], gaps, pace);
        return reconcile(
          async (span, signal) => {
            const { facts, odd } = await callsOver(list, span, context, signal, deps.memory);
            const { events, strays } = owned(facts);
            await seen(strays);
            return { events, gaps: await gaps(), kept: () => keepAside(odd) };
          },
          deps,
          pace,
          exchange.webhook ? () => true : null,
        );
      },
    },
  ];
}

/** A daily look at the last two days finds longer calls. */
const LONGEST_CALL_MS = 2 * HOUR;

/** Lists go by beginning, so the search starts earlier. */
async function callsOver(
  list: ListCalls,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  context: ExchangeContext,
  signal: AbortSignal,
  memory: Memory,
): Promise<ListedCalls> {
  const { facts, odd } = await list({ from: from - LONGEST_CALL_MS, to }, context, signal, memory);
  const calls = Map.groupBy(facts, ({ call }) => call);
  const over = [...calls.values()].filter((call) => call.some(({ at }) => at === null || at >= from));
  return { facts: over.flat(), odd };
}

/** No list to fetch: only reports the gaps. */
function onlyPosted(
  deps: ListenerDeps,
  always: readonly LocalizedText[],
  gaps: () => Promise<readonly LocalizedText[]>,
  { everyMs }: ReconcilePace,
): Listener {
  let said: ListenerState | null = null;
  const tell = (strays: readonly LocalizedText[]): void => {
    const next = { up: true, caughtUp: true, problem: null, gaps: [...always, ...strays] };
    if (isDeepStrictEqual(said, next)) return;
    said = next;
    deps.report(next);
  };
  tell([]);
  return watchStrays(gaps, tell, everyMs, deps);
}
