import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { askMeta } from './api.ts';
import type { MetaChannel } from './config.ts';

export const pagedShape = z.looseObject({
  data: z.array(z.unknown()),
  paging: z
    .looseObject({ cursors: z.looseObject({ after: z.string() }).nullish(), next: z.string().nullish() })
    .nullish(),
});

/** null after the last page. */
export const nextOf = ({ paging }: z.output<typeof pagedShape>): string | null =>
  paging?.next ? (paging.cursors?.after ?? null) : null;

/** Reads on demand. `path` already has a query. */
export async function* pagesOf(
  channel: MetaChannel,
  path: string,
  signal: AbortSignal,
  first: string | null = '',
): AsyncGenerator<readonly unknown[]> {
  for (let after = first; after !== null; ) {
    const place = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const { data } = pagedShape.safeParse(await askMeta(channel, path + place, null, signal));
    if (!data) throw new ProviderTrouble(NO_LIST);
    yield data.data;
    after = nextOf(data);
  }
}

const NO_LIST: LocalizedText = {
  ru: 'Meta ответила на запрос списка не так, как описано в её документации',
  en: 'Meta answered the request for a list in a way that its documentation does not have',
};
