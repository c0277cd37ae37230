import type { z } from 'zod';
import type { ChannelBase, channelBase } from './channelBase.ts';
import type { Checking, Entry } from './checking.ts';

/** The schema of one kind's entries: the constant `kind`, the keys of every kind, and its own. */
export type KindSchema = z.ZodObject<
  typeof channelBase & { readonly kind: z.ZodLiteral<string> },
  z.core.$strict
>;

/** What is known of an entry whatever its kind. */
export type ChannelEntry = z.output<KindSchema>;

/** How channels of one kind are written in otklik.yaml. */
export interface ConfigKind<Channel extends ChannelBase = ChannelBase> {
  readonly kind: Channel['kind'];
  readonly schema: KindSchema;
  /** What the kind adds to what every channel has. */
  settings(entry: ChannelEntry): Omit<Channel, keyof ChannelBase>;
  /** See {@link ChannelBase.provesPhones}. */
  provesPhones(entry: ChannelEntry): boolean;
  /** In a few words, for `config check`: the kind and how it gets its events. No secrets. */
  describe(channel: Channel): string;
  /** What ties the entries of this kind to each other and to the rest of the file. */
  check(entries: readonly Entry<ChannelEntry>[], checking: Checking): void;
}

/** `Channel` is the checked value, `Written` what stands in the file. A kind without ties needs no `check`. */
export function configKind<Channel extends ChannelBase, Written extends ChannelEntry>(kind: {
  readonly kind: Channel['kind'];
  readonly schema: KindSchema & z.ZodType<Written>;
  settings(entry: Written): Omit<Channel, keyof ChannelBase>;
  provesPhones(entry: Written): boolean;
  describe(channel: Channel): string;
  check?(entries: readonly Entry<Written>[], checking: Checking): void;
}): ConfigKind<Channel> {
  return {
    kind: kind.kind,
    schema: kind.schema,
    // An entry comes to its own kind, by `kind`.
    settings: (entry) => kind.settings(entry as Written),
    provesPhones: (entry) => kind.provesPhones(entry as Written),
    describe: (channel) => kind.describe(channel),
    check: (entries, checking) => kind.check?.(entries as readonly Entry<Written>[], checking),
  };
}
