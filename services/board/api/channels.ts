import { type Config, isChannelGone } from '@otklik/config';
import type { EpochMs, KeptChannel, Locale } from '@otklik/domain';
import {
  type ChannelState,
  channelStates,
  type Unseen,
  unseenAside,
  waitsOfGoneChannels,
} from '@otklik/store';
import { z } from 'zod';
import { countOf, withAside } from '../asideGaps.ts';
import { iso, seconds } from '../present.ts';
import type { Api, ApiDeps } from './context.ts';
import { instant, refusals } from './fields.ts';

const channelShape = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    owner: z.string(),
    deputies: z.array(z.string()),
    head: z.string().nullable(),
    warn_seconds: z.number(),
    breach_seconds: z.number(),
    up: z.boolean().nullable(),
    problem: z.string().nullable(),
    gaps: z.array(z.string()),
    last_event_at: instant.nullable(),
    silent_since: instant.nullable(),
    usual_per_hour: z.number().nullable(),
    kept_aside: z
      .number()
      .describe('What was kept aside and nobody has looked at; see `/channels/{id}/kept-aside`'),
    gone_since: instant
      .nullable()
      .describe(
        'Since when otklik.yaml no longer names it: it is listed while clients wait there, under its last settings',
      ),
    open_waits: z.number().nullable().describe('Of a channel that is gone: how many clients wait there'),
  })
  .meta({ id: 'Channel' });

/** Channels, and those gone that clients still wait on. */
export function channels(app: Api, deps: ApiDeps): void {
  app.get(
    '/channels',
    {
      schema: {
        summary: 'Channels, their people and how they stand',
        response: { 200: z.object({ items: z.array(channelShape) }), ...refusals },
      },
    },
    async () => {
      const config = deps.config();
      return { items: [...(await presentConfigured(deps, config)), ...(await presentGone(deps, config))] };
    },
  );
}

async function presentConfigured({ store }: ApiDeps, { channels, locale }: Config) {
  const [states, unseen] = await Promise.all([channelStates(store), unseenAside(store)]);
  return [...channels.values()].map((channel) =>
    presentChannel(channel, states.get(channel.id), unseen.get(channel.id), locale, null),
  );
}

async function presentGone({ store }: ApiDeps, { channels, gone, locale }: Config) {
  if (gone.size === 0) return [];
  const left = await waitsOfGoneChannels(store, [...channels.keys()]);
  return left.flatMap(({ channel: id, waits }) => {
    const channel = gone.get(id);
    return channel && isChannelGone({ channels, gone }, id)
      ? [presentChannel(channel, undefined, undefined, locale, { since: channel.goneSince, waits })]
      : [];
  });
}

const presentChannel = (
  channel: KeptChannel,
  state: ChannelState | undefined,
  unseen: Unseen | undefined,
  locale: Locale,
  gone: { readonly since: EpochMs | null; readonly waits: number } | null,
) => ({
  id: channel.id,
  name: channel.name,
  kind: channel.kind,
  owner: channel.owner,
  deputies: [...channel.deputies],
  head: channel.head,
  warn_seconds: seconds(channel.policy.warn),
  breach_seconds: seconds(channel.policy.breach),
  up: state?.up ?? null,
  problem: state?.problem ?? null,
  gaps: withAside(state?.gaps ?? [], unseen, locale),
  last_event_at: state?.last_event_at ? iso(state.last_event_at) : null,
  silent_since: state?.silent_since ? iso(state.silent_since) : null,
  usual_per_hour: state?.usual_per_hour ?? null,
  kept_aside: countOf(unseen),
  gone_since: gone?.since ? iso(gone.since) : null,
  open_waits: gone?.waits ?? null,
});
