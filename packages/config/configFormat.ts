import { z } from 'zod';
import type { ChannelBase } from './channelBase.ts';
import type { ChannelEntry, ConfigKind } from './configKind.ts';
import { type JsonSchema, jsonSchemaOf } from './configSchema.ts';
import { configFileSchema } from './schema.ts';

/** What otklik.yaml may say, by the kinds of channels that there are. */
export interface ConfigFormat<Channel extends ChannelBase = ChannelBase> {
  readonly kinds: readonly ConfigKind<Channel>[];
  readonly channelSchema: z.ZodType<ChannelEntry>;
  readonly fileSchema: ReturnType<typeof configFileSchema>;
  /** JSON Schema (draft 2020-12) of the file as people write it: what editors complete and check by. */
  readonly jsonSchema: JsonSchema;
}

/** In the order in which editors and errors name the kinds. */
export function configFormat<Channel extends ChannelBase>(
  kinds: readonly [ConfigKind<Channel>, ...ConfigKind<Channel>[]],
): ConfigFormat<Channel> {
  const [first, ...others] = kinds;
  const channelSchema = z
    .discriminatedUnion('kind', [first.schema, ...others.map(({ schema }) => schema)])
    .meta({ description: 'One channel of presence and who answers for it.' });
  const fileSchema = configFileSchema(channelSchema);
  return { kinds, channelSchema, fileSchema, jsonSchema: jsonSchemaOf(fileSchema) };
}

/** The kind of a checked entry or channel. */
export function kindOf<Channel extends ChannelBase>(
  { kinds }: Pick<ConfigFormat<Channel>, 'kinds'>,
  { kind }: { readonly kind: string },
): ConfigKind<Channel> {
  const found = kinds.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`kind ${kind} passed the checks and is not there`);
  return found;
}
