import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { serveApi } from '../../testing/serveApi.ts';
import { LineWorld } from './lineWorld.ts';
import type { Api } from './listedRows.ts';
import type { PhoneScript, Posting } from './phoneProvider.ts';
import { CLIENT, HOOK } from './webhookStories.ts';

export async function withList(
  script: PhoneScript,
  api: Api,
  play: (world: () => LineWorld) => Promise<void>,
) {
  const served = await serveApi(api);
  try {
    await play(() => new LineWorld(script.yaml({ hook: HOOK, api: served.root })));
  } finally {
    await served.close();
  }
}

interface Story {
  readonly what: string;
  readonly posted?: readonly Posting[];
  readonly listed: Api;
  readonly waits: readonly string[];
}

/** Posted and listed, whichever comes first, and twice: the waits are the same (law 2). */
export function listStories(name: string, script: PhoneScript, stories: readonly Story[]): void {
  describe(`the list of ${name}`, () => {
    for (const { what, posted = [], listed: api, waits } of stories)
      it(what, () =>
        withList(script, api, async (fresh) => {
          const [told, asked] = [fresh(), fresh()];
          for (const each of posted) assert.ok((await told.post(each)) < 300);
          assert.deepEqual(await told.look(), { isRead: true, problem: null, gaps: [] });
          await asked.look();
          for (const each of posted.toReversed()) await asked.post(each);
          await asked.look();
          assert.deepEqual(told.told(), waits);
          assert.deepEqual(asked.told(), waits);
        }),
      );
  });
}

export const OTHER = '79160000002';

const TOLD_BOTH = [`+${CLIENT} 10:00:00 missed 10:00:20 waits`, `+${OTHER} 10:00:00 missed 10:00:20 waits`];

/** The second client is beyond the list's first page. */
export const bothTold = (script: PhoneScript, api: Api) => () =>
  withList(script, api, async (fresh) => {
    const world = fresh();
    await world.look();
    assert.deepEqual(world.told().sort(), TOLD_BOTH);
  });
