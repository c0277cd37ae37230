import assert from 'node:assert/strict';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { mangoEvent, mangoScript } from './mango/testing/script.ts';
import { megafonPost, megafonScript } from './megafon/testing/script.ts';
import { at, LineWorld } from './testing/lineWorld.ts';
import { clientOf } from './testing/listedRows.ts';
import type { PhoneScript, Posting } from './testing/phoneProvider.ts';
import { twilioPost, twilioScript } from './twilio/testing/script.ts';

const HOOK = 'https://otklik.example.ru/hooks/line';
const CLIENT = clientOf(1);
const MISSED: readonly (readonly [string, PhoneScript, Posting])[] = [
  [
    'Mango Office, on a line that nobody lists',
    mangoScript,
    mangoEvent('/events/summary', {
      entry_id: 'e1',
      call_direction: 1,
      from: { number: CLIENT },
      to: {},
      line_number: 'site-7',
      create_time: at('10:00:00') / 1_000,
      talk_time: 0,
      end_time: at('10:00:20') / 1_000,
    }),
  ],
  [
    'MegaFon',
    megafonScript,
    megafonPost({
      cmd: 'history',
      type: 'in',
      status: 'missed',
      callid: 'c1',
      phone: CLIENT,
      start: '20261123T100000Z',
      wait: '20',
      duration: '0',
    }),
  ],
  [
    'Twilio',
    twilioScript,
    twilioPost(
      {
        CallSid: 'CA1',
        CallStatus: 'completed',
        Direction: 'inbound',
        From: `+${CLIENT}`,
        To: '+74950000001',
        Timestamp: new Date(at('10:00:20')).toUTCString(),
      },
      HOOK,
    ),
  ],
];

// Reading a form uses the event loop, so its timers stay real.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

it.each(MISSED)(
  'a missed call of %s waits seconds for a silent database, and is told all the same',
  async (_, script, call) => {
    const keys = `${script.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' })}, numbers: ["+74950000001"]`;
    const world = new LineWorld(keys, '', 'a silent database');
    let status: number | null = null;
    const posted = world.post(call).then((answered) => {
      status = answered;
    });
    for (let turn = 0; status === null && turn < 1_000; turn++) {
      await vi.advanceTimersByTimeAsync(100);
      await new Promise(setImmediate);
    }
    await posted;
    assert.ok(status !== null && status < 300);
    expect(world.told().join()).toMatch(new RegExp(`^\\+${CLIENT} .* missed 10:00:20 waits$`));
  },
);
