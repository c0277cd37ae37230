import type { z } from 'zod';
import type { ChannelBase } from './channelBase.ts';

/** How channels of one kind are written in otklik.yaml. `Channel` is the checked value, `Entry` what stands in the file. */
export interface KindConfig<Channel extends ChannelBase & { readonly kind: string }, Written> {
  readonly schema: z.ZodType<Written>;
  /** What the kind adds to the base. */
  settings(entry: Written): Omit<Channel, keyof ChannelBase>;
  /** In a few words, for `config check`: the kind and how it gets its events. No secrets. */
  describe(channel: Channel): string;
}
