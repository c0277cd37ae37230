import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { mangoScript } from './mango/testing/script.ts';
import { mangoSummary } from './mango/testing/summary.ts';
import { LineWorld } from './testing/lineWorld.ts';
import { CALLED_BACK, CLIENT, HOOK } from './testing/webhookStories.ts';

const OUT = { call_direction: 2, from: { extension: '101' }, to: { number: CLIENT } };

describe('whose a call is', () => {
  const [SALES, SERVICE] = ['74951234567', '74957654321'];
  const numbers = (number: string) =>
    `${mangoScript.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' })}, numbers: ["+${number}"]`;
  const company = () =>
    new LineWorld(numbers(SALES), `{ id: service, kind: phone, owner: olga, ${numbers(SERVICE)} }`);

  it('shows by the number', async () => {
    const world = company();
    await world.post(mangoSummary('e1', '10:00:00', null, '10:00:20', { line_number: SERVICE }));
    await world.post(mangoSummary('e2', '10:00:00', null, '10:00:20', { line_number: '74950000000' }));
    assert.deepEqual([...new Set(world.events.map(({ channel }) => channel))], ['service']);
  });

  it('a call back whose number is not told is not lost', async () => {
    const world = company();
    await world.post(mangoSummary('e1', '10:00:00', null, '10:00:20'));
    await world.post(
      mangoSummary('e2', '10:01:50', '10:02:00', '10:03:00', { ...OUT, line_number: undefined }),
    );
    assert.deepEqual(world.told(), CALLED_BACK);
  });

  it('a hidden number is none of ours, even where a line has a name for a number', async () => {
    const world = new LineWorld(
      `${mangoScript.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' })}, numbers: ["trunk"]`,
    );
    await world.post(mangoSummary('e1', '10:00:00', null, '10:00:20', { from: {}, line_number: undefined }));
    assert.deepEqual(world.told(), ['hidden:e1 10:00:00 missed 10:00:20 waits']);
  });

  it('one line of the company rings another: nobody waits', async () => {
    const world = company();
    await world.post(mangoSummary('e1', '10:00:00', null, '10:00:20', { from: { number: SERVICE } }));
    await world.post(mangoSummary('e2', '10:00:00', null, '10:00:20', { ...OUT, to: { number: SALES } }));
    assert.deepEqual(world.told(), []);
  });
});
