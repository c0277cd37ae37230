import assert from 'node:assert/strict';
import type { StaffUpdate } from '@otklik/channels';
import { createMetrics } from '@otklik/telemetry';
import { test } from 'vitest';
import { createAccept } from './accept.ts';
import { message } from './testing/writerWorld.ts';

const press: StaffUpdate = {
  account: 'telegram:1',
  updateId: 1,
  from: 100001,
  chat: 100001,
  at: 0,
  receivedAt: 0,
  kind: 'press',
  callbackId: 'c',
  message: null,
  data: 'take',
};
const kept = { accepted: 1, duplicates: 1, fresh: [message('a')] };
const noSpace = () => Promise.reject(new Error('no space left on device'));

function world(write: () => Promise<typeof kept>, add: () => Promise<void>) {
  const metrics = createMetrics('test');
  const accept = createAccept({ writer: { write, close: async () => undefined }, staff: { add }, metrics });
  return { accept, received: async () => (await metrics.eventsReceived.get()).values };
}

test('a delivery is accepted when its events and its presses are durable; what was known already is not counted again', async () => {
  const staff: string[] = [];
  const { accept, received } = world(
    async () => kept,
    async () => void staff.push('press'),
  );
  assert.deepEqual(await accept({ events: [message('a'), message('known')], staff: [press] }), kept);
  assert.deepEqual(staff, ['press']);
  const labels = { channel: 'site', kind: 'message', side: 'client' };
  assert.deepEqual(await received(), [{ labels, value: 1 }]);
});

test('a delivery without events asks nobody to write', async () => {
  const { accept } = world(noSpace, async () => undefined);
  assert.deepEqual(await accept({ events: [], staff: [press] }), { accepted: 0, duplicates: 0, fresh: [] });
});

for (const [name, write, add] of [
  ['events', noSpace, async () => undefined],
  ['presses', async () => kept, noSpace],
] as const) {
  test(`a delivery whose ${name} cannot be kept is refused and not counted (law 8)`, async () => {
    const { accept, received } = world(write, add);
    await assert.rejects(accept({ events: [message('a')], staff: [press] }));
    assert.deepEqual(await received(), []);
  });
}
