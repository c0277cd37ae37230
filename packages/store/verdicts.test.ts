import assert from 'node:assert/strict';
import { DAY, MINUTE } from '@otklik/domain';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { at } from '../domain/testing/story.ts';
import { fireDue } from './clock.ts';
import { noReplyNeeded } from './commands.ts';
import { waitCounts } from './counts.ts';
import { ownerReport } from './ownerReport.ts';
import { responseTimes } from './reads.ts';
import { recordEvents } from './record.ts';
import { simulateHistory } from './simulation.ts';
import { company } from './testing/company.ts';
import { type TestStore, testStore } from './testing/testStore.ts';
import { answer, message, openWait } from './testing/waits.ts';

const OPENED = at('10:00:00');
const rules = company();

describe('the share of answers in time', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await testStore();
    const { store } = opened;
    const waits = (many: number) =>
      Promise.all(Array.from({ length: many }, () => openWait(store, OPENED, rules)));
    const [inTime, late, , unanswered, decided] = await Promise.all([3, 2, 0, 4, 1].map(waits));
    for (const wait of inTime ?? []) await answer(store, wait, at('10:02:00'));
    for (const wait of decided ?? []) await noReplyNeeded(store, rules, wait.id, 'anna', at('10:02:00'));
    await fireDue(store, rules, { now: at('10:05:00'), upSince: OPENED, unread: [], limit: 100 });
    for (const wait of late ?? []) await answer(store, wait, at('10:09:00'));
    assert.equal(unanswered?.length, 4);
    // Reached us after its window and was answered a minute later: in time.
    const delivered = message('client', at('10:10:00'), { receivedAt: at('10:22:00'), thread: 'slow' });
    await recordEvents(store, [delivered], rules, at('10:22:00'));
    const reply = message('employee', at('10:23:00'), { thread: 'slow' });
    await recordEvents(store, [reply], rules, at('10:23:00'));
    await openWait(store, at('10:27:00'), rules); // within its window
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  it('is the same whoever asks: in time, of all whose window has ended', async () => {
    const { store } = opened;
    const time = { from: OPENED, to: at('11:00:00') };
    const scope = { all: true } as const;
    for (const groupBy of ['channel', 'owner', 'hour', 'weekday'] as const) {
      const [row, ...more] = await responseTimes(store, { ...time, groupBy, timezone: 'UTC', scope });
      assert.deepEqual([row?.waits, row?.in_time, row?.judged, more], [12, 4, 10, []], groupBy);
    }
    const [owner] = await ownerReport(store, { ...time, scope });
    assert.deepEqual([owner?.waits, owner?.in_time, owner?.judged, owner?.breached], [12, 4, 10, 6]);
    const { recorded, current } = await simulateHistory(
      store,
      { current: rules, proposed: rules },
      { ...time, until: at('10:29:00') },
      null,
    );
    assert.deepEqual([recorded.withinBreach, current.withinBreach], [0.4, 0.4]);
    assert.equal(recorded.channels.get('site')?.withinBreach, 0.4);
    const counted = { in_time: 0, late: 0 };
    for (const { what, corrected, within, waits } of await waitCounts(store))
      if (what === 'verdict' && (within === 'in_time' || within === 'late'))
        counted[within] += corrected ? -waits : waits;
    assert.deepEqual(counted, { in_time: 4, late: 6 });
  });

  it('changes by no look at another time', async () => {
    const { store } = opened;
    const time = { from: OPENED - DAY, to: OPENED + MINUTE };
    const [owner] = await ownerReport(store, { ...time, scope: { all: true } });
    assert.deepEqual([owner?.in_time, owner?.judged], [3, 9]);
  });
});
