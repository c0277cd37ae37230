import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import { startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { message, startOtklik } from './otklik.ts';

const BOT = '700001:staff';
/** Quiet hours are set by the minute: they end with the next one that leaves time for the story. */
const LEAST_MS = 12_000;

it('a head’s quiet hours hold back what is for the head, and end in one message about all of it', async () => {
  const minute = (at: Temporal.Instant) =>
    at.toZonedDateTimeISO('UTC').toPlainTime().toString({ smallestUnit: 'minute' });
  const end = Temporal.Now.instant()
    .add({ milliseconds: LEAST_MS })
    .round({ smallestUnit: 'minute', roundingMode: 'ceil' });
  const telegram = await startFakeTelegram();
  telegram.addBot(BOT);
  const otklik = await startOtklik({
    config: `
version: 1
timezone: UTC
people:
  - { id: anna, name: Анна, telegram: 100001 }
  - { id: vera, name: Вера, role: head, telegram: 100003, quiet: "${minute(end.subtract({ hours: 8 }))}-${minute(end)}" }
policies: { default: { warn: 1s, breach: 2s, steps: [{ at: 1s, notify: [owner, head] }, { at: 2s, notify: [owner, head] }] } }
channels:
  - { id: site, kind: webhook, name: Сайт, owner: anna, head: vera, secret: env:SITE_SECRET }
notify: { telegram: { token: "${BOT}", api_root: "${telegram.apiRoot}" } }
`,
  });
  try {
    const anna = telegram.user({ id: 100001, firstName: 'Анна' });
    const vera = telegram.user({ id: 100003, firstName: 'Вера' });
    for (const user of [anna, vera]) user.writes(BOT, '/start');
    const chat = (id: number) => telegram.chat(BOT, id).fromBot.map(({ text }) => text);
    await until(() => chat(vera.id).length === 1, { what: 'the greeting' });
    const from = (name: string) => ({ from: { side: 'client', id: name, name } });
    await otklik.send('site', [
      message('client', 't1', Date.now(), from('Иван')),
      message('client', 't2', Date.now(), from('Ольга')),
    ]);
    await until(() => chat(anna.id).some((text) => text.includes('Ольга')), { what: 'the owner is asked' });
    await otklik.send('site', message('employee', 't2', Date.now()));
    const digest = await telegram.until(
      () => telegram.chat(BOT, vera.id).fromBot.find(({ text }) => text.includes('Пока вы отдыхали')),
      LEAST_MS + 75_000,
    );
    assert.ok(Date.now() >= end.epochMilliseconds, 'not before the quiet hours are over');
    assert.match(
      digest.text,
      /Пока вы отдыхали: 2\n1\. 🔴 Иван · Сайт · ждёт с .*\n«.*»\n2\. ✅ Ольга · Сайт · отвечено за /,
    );
    assert.deepEqual(
      digest.buttons.flat().map(({ text }) => text),
      ['Беру 1'],
    );
    assert.equal(chat(vera.id).length, 2, 'one message for the whole night');
    assert.deepEqual(telegram.violations, []);
  } finally {
    await otklik.stop();
    await telegram.close();
  }
});
