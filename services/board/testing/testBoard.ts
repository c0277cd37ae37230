import type { Config } from '@otklik/config';
import { rulesOf } from '@otklik/engine';
import { type Access, createAccess, followPeople, type Store } from '@otklik/store';
import { createLog } from '@otklik/telemetry';
import Fastify, { type FastifyInstance } from 'fastify';
import { configOf } from '../../../packages/config/testing/reading.ts';
import { testStore } from '../../../packages/store/testing/testStore.ts';
import { startBoard } from '../index.ts';

export const ADMIN = 'the-token-of-the-administrator';

/** Anna and Boris own a channel each, Vera is the head of Anna's, Gleb of nobody's. */
const CONFIG = configOf(`version: 1
people:
  - { id: anna, name: Анна, telegram: 1 }
  - { id: boris, name: Борис, telegram: 2 }
  - { id: vera, name: Вера, role: head, telegram: 3 }
  - { id: gleb, name: Глеб, role: head, telegram: 4 }
channels:
  - { id: site, kind: webhook, owner: anna, head: vera, secret: env:SITE_SECRET }
  - { id: line, kind: webhook, owner: boris, secret: env:SITE_SECRET }
notify: { telegram: { token: env:OTKLIK_BOT_TOKEN } }
`);

export interface TestBoard extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly store: Store;
  /** What is in force; set it as an edit of otklik.yaml would. */
  config: Config;
  readonly rules: ReturnType<typeof rulesOf>;
  /** Asks the API as somebody: a bearer token, or nobody. */
  ask(
    token: string | null,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<{ status: number; type: string; body: Answer }>;
  tokenOf(access: Access): Promise<string>;
}

/** The API's answer, as loosely as the tests read it. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the API says is compared with what it should
export type Answer = any;

export async function testBoard(written: Config = CONFIG): Promise<TestBoard> {
  const opened = await testStore();
  const { store } = opened;
  const rules = rulesOf(written);
  const people = await followPeople(store, { changed: () => undefined, error: () => undefined });
  let inForce = written;
  const config = () => ({ ...inForce, people: people.of(inForce.people) });
  const board = await startBoard({
    config,
    rules: () => rulesOf(config()),
    people,
    store,
    adminToken: ADMIN,
    secure: () => false,
    version: '1.2.3',
    hooksAt: () => null,
    checkPeople: async (ids) =>
      ids.map((person) => ({ person, transport: 'telegram', outcome: 'sent', problem: null })),
    demo: false,
    log: createLog('silent'),
    now: Date.now,
  });
  const app = Fastify();
  await app.register(async (scope) => board.routes(scope));
  await app.ready();
  return {
    app,
    store,
    rules,
    get config() {
      return inForce;
    },
    set config(edited) {
      inForce = edited;
    },
    tokenOf: (access) => createAccess(store, 'bearer', access, null),
    ask: async (token, method, path, body) => {
      const response = await app.inject({
        method,
        url: `/api/v1${path}`,
        ...(token !== null && { headers: { authorization: `Bearer ${token}` } }),
        ...(body && { payload: body }),
      });
      return {
        status: response.statusCode,
        type: String(response.headers['content-type']),
        body: response.body === '' ? null : response.json(),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await board.close();
      await people.close();
      await app.close();
      await opened[Symbol.asyncDispose]();
    },
  };
}
