import { freshDatabase } from '@otklik/testing/servers';
import { openStore, type Store } from '../store.ts';

export interface TestStore extends AsyncDisposable {
  readonly store: Store;
  /** Another process of the same installation; closed with this one. */
  another(): Promise<Store>;
}

/** A store on a fresh migrated database; `durable` as in {@link freshDatabase}. */
export async function testStore({ durable = true } = {}): Promise<TestStore> {
  const database = await freshDatabase({ durable });
  const opened: Store[] = [];
  const open = async () => {
    const store = await openStore({ url: database.url, onError: () => undefined });
    opened.push(store);
    return store;
  };
  const store = await open();
  return {
    store,
    another: open,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((each) => each.close().catch(() => undefined)));
      await database.drop();
    },
  };
}
