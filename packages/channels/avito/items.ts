import { type EpochMs, MINUTE, type Subject, subjectOf } from '@otklik/domain';
import { z } from 'zod';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { callAvito } from './api.ts';
import type { AvitoChannel } from './config.ts';

const number = z.union([z.number(), z.string()]).transform(String);
const listShape = z.object({
  resources: z.array(
    z.looseObject({
      id: number,
      title: z.string().nullish(),
      url: z.string().nullish(),
      price: z.number().nullish(),
    }),
  ),
});
const itemShape = z.looseObject({ url: z.string().nullish() });

/** The documentation wants less than 100. */
const PAGE = 99;
const MOST_PAGES = 5;
const LISTED_EVERY_MS = 10 * MINUTE;
/** How many advertisements beyond the list one look asks for. */
const MOST_SINGLE = 5;
const MOST_KNOWN = 20_000;

export interface Items {
  /** Fetches unknown ones in a bounded number of calls. Never rejects: a ping works without. */
  of(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Subject>>;
  learn(id: string, subject: Subject): void;
}

/** A call names only an advertisement's number. */
export function itemsOf(channel: AvitoChannel, { now }: { now(): EpochMs }): Items {
  const known = new Map<string, Subject | null>();
  let listedAt = Number.NEGATIVE_INFINITY;
  const learn = (id: string, subject: Subject | null): void => {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(id, subject);
  };
  const unknown = (ids: readonly string[]) => [...new Set(ids)].filter((id) => !known.has(id));
  const list = async (ids: readonly string[], signal: AbortSignal): Promise<void> => {
    for (let page = 1; page <= MOST_PAGES && unknown(ids).length > 0; page += 1) {
      const path = `/core/v1/items?per_page=${PAGE}&page=${page}&status=active,old,removed,blocked,rejected`;
      const { data } = listShape.safeParse(await callAvito(channel, path, null, signal));
      for (const { id, title, url, price } of data?.resources ?? []) {
        const link = webLink(url);
        learn(id, subjectOf(withPrice(title, price && `${price.toLocaleString('ru-RU')} ₽`), { link }));
      }
      if ((data?.resources.length ?? 0) < PAGE) return;
    }
  };
  const ask = async (id: string, signal: AbortSignal): Promise<void> => {
    const path = `/core/v1/accounts/${channel.userId}/items/${encodeURIComponent(id)}/`;
    const { data } = itemShape.safeParse(await callAvito(channel, path, null, signal));
    learn(id, subjectOf(`№ ${id}`, { link: webLink(data?.url) }));
  };
  return {
    learn,
    of: async (ids, signal) => {
      try {
        if (unknown(ids).length > 0 && now() - listedAt >= LISTED_EVERY_MS) {
          listedAt = now();
          await list(ids, signal);
        }
        for (const id of unknown(ids).slice(0, MOST_SINGLE)) await ask(id, signal);
      } catch (error) {
        if (!(error instanceof ProviderTrouble)) throw error;
      }
      return new Map(
        [...new Set(ids)].flatMap((id) => {
          const subject = known.get(id);
          return subject ? [[id, subject] as const] : [];
        }),
      );
    },
  };
}

/** «Диван угловой, 25 000 ₽». */
export const withPrice = (title: string | null | undefined, price: string | null | undefined | 0): string =>
  [title, price].filter(Boolean).join(', ');

/** Only what a browser opens. */
export const webLink = (url: string | null | undefined): string | null =>
  url && /^https?:\/\//i.test(url) && url.length <= 2_048 ? url : null;
