import type { Config } from '@otklik/config';
import type { EpochMs, Person } from '@otklik/domain';
import { type AskedAbout, type Store, waitsAskedOf } from '@otklik/store';
import { waitsPageOf } from '../messages/list.ts';
import { MOST_LISTED, waitsMessage } from './listMessage.ts';
import type { TelegramMessage } from './message.ts';

interface PagesDeps {
  config(): Config;
  readonly store: Store;
  now(): EpochMs;
}

/** Their own, of channels that they own or head, and those they were pinged about. */
export const askedOf = ({ id: person }: Person, { channels }: Config): AskedAbout => ({
  person,
  channels: [...channels.values()]
    .filter(({ owner, head }) => owner === person || head === person)
    .map(({ id }) => id),
});

/** null: nobody waits. The last page when there are fewer. */
export async function waitsMessageOf(
  asked: number,
  person: Person,
  deps: PagesDeps,
): Promise<TelegramMessage | null> {
  const about = askedOf(person, deps.config());
  const size = MOST_LISTED;
  const read = (page: number) => waitsAskedOf(deps.store, about, { offset: (page - 1) * size, limit: size });
  const first = await read(asked);
  const page = Math.max(1, Math.min(asked, Math.ceil(first.total / size)));
  const { items, total } = page === asked ? first : await read(page);
  if (items.length === 0) return null;
  const list = waitsPageOf(items, { page, size, total }, person, deps.config(), deps.now());
  return waitsMessage(list, person.locale);
}
