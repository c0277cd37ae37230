import assert from 'node:assert/strict';
import type { Event } from '@otklik/domain';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { HookDeps } from './hookWorld.ts';
import { mutated } from './mutations.ts';

export const KEY = 'the-key-of-this-test-1';
export const SECRET = 'the-secret-of-this-test';
export const keyed = { path: `?key=${KEY}` };
export const RUNS = { numRuns: 10_000 };
/** Seconds since 1970. */
export const AT = 1_795_417_200;

export interface Posted {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Destroyed {
  readonly kind: string;
  /** The channel's keys in otklik.yaml. */
  readonly yaml: string;
  /** Computed from the JSON, so that the signature stays valid. */
  readonly how: Posted | ((text: string) => Posted);
  /** How else than by a 2xx a destroyed body may be answered. */
  readonly mayRefuse?: number;
  readonly client: object;
  /** No mutation may turn it into a client's turn. */
  readonly ours: object;
  /** The mutation hides the author, as the provider does. */
  readonly hidesAuthor?: (body: unknown) => boolean;
}

/** Posts ten thousand mutations of each body. */
export function destroyed({ kind, yaml, how, mayRefuse, client, ours, hidesAuthor }: Destroyed): void {
  describe(`destroyed bodies: ${kind}`, () => {
    const world = new HookDeps(yaml);
    const post = async (body: unknown) => {
      world.events.length = 0;
      const text = JSON.stringify(body) ?? '';
      const posted = typeof how === 'function' ? how(text) : how;
      const status = await world.post(posted.body ?? text, posted);
      assert.ok((status >= 200 && status < 300) || status === mayRefuse, `HTTP ${status}`);
      // Text that the database refuses would come back for ever.
      for (const event of world.events)
        assert.ok(!/\\u0000|\\ud[89a-f]|"at":null/.test(JSON.stringify(event)), 'it can be kept');
      return new Set(world.events.filter(({ side }) => side === 'client').map(happening)).size;
    };

    it('are what they seem when whole', async () => {
      assert.deepEqual([await post(client), await post(ours)], [1, 0]);
    });

    it('never break the reader, nor make two turns of one', async () => {
      await fc.assert(
        fc.asyncProperty(mutated(client), async (body) => {
          assert.ok((await post(body)) <= 1);
        }),
        RUNS,
      );
    });

    it('make no client’s turn of what we said', async () => {
      await fc.assert(
        fc.asyncProperty(mutated(ours), async (body) => {
          assert.ok((await post(body)) === 0 || hidesAuthor?.(body));
        }),
        RUNS,
      );
    });
  });
}

/** A call's phases count as one. */
const happening = (event: Event): string => (event.kind === 'call' ? event.call.id : event.id);
