import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { at, LineWorld } from './lineWorld.ts';
import type { PhoneScript, Posting } from './phoneProvider.ts';

export const HOOK = 'https://otklik.example.ru/hooks/line';
export const CLIENT = '79160000001';

export const LINE = '74951234567';

export const unix = (time: string): number => at(time) / 1_000;

interface Story {
  readonly what: string;
  readonly posted: readonly Posting[];
  readonly waits: readonly string[];
}

/** Told in order, and doubled from the end: the waits are the same (law 2). */
export function webhookStories(name: string, script: PhoneScript, stories: readonly Story[]): void {
  describe(`calls of ${name}`, () => {
    for (const { what, posted, waits } of stories)
      it(what, async () => {
        for (const order of [posted, [...posted, ...posted].reverse()]) {
          const world = new LineWorld(script.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' }));
          for (const each of order) assert.ok((await world.post(each)) < 300);
          assert.deepEqual(world.told(), waits);
          assert.deepEqual(world.faults, []);
        }
      });

    it('is refused with a forged proof, and nothing is kept', async () => {
      const world = new LineWorld(script.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' }));
      const [first] = stories[0]?.posted ?? [];
      assert.ok(first);
      const { body = '', path = '', headers = {} } = first;
      const forged = {
        ...first,
        path: path.replace(/key=[^&]*/, 'key=somebody-elses-key'),
        body: body.replace(/(sign|crm_token)=[^&]*/, '$1=00'),
        headers: Object.fromEntries(
          Object.entries(headers).map(([key, value]) => [key, /signature/.test(key) ? 'AAAA' : value]),
        ),
      };
      assert.equal(await world.post(forged), 401);
      assert.deepEqual(world.events, []);
    });

    it('makes a missed call of its own test', async () => {
      const world = new LineWorld(script.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' }));
      assert.ok((await world.post(world.sample())) < 300);
      assert.match(world.told().join(), /^\+70000000000 .* missed .* waits$/);
    });

    it('keeps aside what it does not know, and is told that it was taken', async () => {
      const world = new LineWorld(script.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' }));
      const unknown = script.unknown(HOOK);
      assert.ok(unknown && (await world.post(unknown)) < 300);
      assert.equal(world.faults.length, 1);
      assert.deepEqual(world.events, []);
    });
  });
}

export const ANSWERED = [`+${CLIENT} 10:00:00 answered 10:00:11 by 101`];

export const CALLED_BACK = [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 101`];

export const ATTEMPTED = [`+${CLIENT} 10:00:00 missed 10:00:20 attempted 10:02:30 by 101`];

export const MISSED = [`+${CLIENT} 10:00:00 missed 10:00:20 waits`];
