import { Redis } from 'ioredis';
import { fromTestRun } from './fromTestRun.ts';

export interface FreshRedis extends AsyncDisposable {
  /** With the database's number. */
  readonly url: string;
  /** This database only. */
  flush(): Promise<void>;
}

/** Database 0 holds the counter; the others are given out in turn. */
const usable = 1023;

/** An empty numbered database. */
export async function freshRedis(): Promise<FreshRedis> {
  const { url: server } = await fromTestRun<{ url: string }>('redis');
  const taken = await withRedis(server, (redis) => redis.incr('databases-handed-out'));
  const url = `${server}/${1 + ((taken - 1) % usable)}`;
  const flush = async () => {
    await withRedis(url, (redis) => redis.flushdb());
  };
  await flush();
  return { url, flush, [Symbol.asyncDispose]: flush };
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
