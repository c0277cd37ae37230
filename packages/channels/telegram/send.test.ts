import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../../../tests/fakes/telegram/startFakeTelegram.ts';
import { channelConfig, TOKEN } from '../testing/telegramAccount.ts';
import { TestMemory } from '../testing/testMemory.ts';
import { sendToClient } from './send.ts';
import { MESSAGE_LIMIT, splitText } from './splitText.ts';

const IVAN = 8_880_007;

let telegram: FakeTelegram;
let memory: TestMemory;
let pauses: number[];

beforeEach(async () => {
  telegram = await startFakeTelegram();
  telegram.addBot(TOKEN);
  telegram.user({ id: IVAN, firstName: 'Иван' }).writes(TOKEN, 'Здравствуйте');
  pauses = [];
  memory = new TestMemory();
});
afterEach(async () => {
  assert.deepEqual(telegram.violations, []);
  await telegram.close();
});

const send = (text: string, thread = String(IVAN)) =>
  sendToClient(channelConfig(telegram.apiRoot), { thread, text }, memory, async (ms) => {
    pauses.push(ms);
    telegram.advance(ms);
  });
const received = () => telegram.chat(TOKEN, IVAN).fromBot.map(({ text }) => text);

describe('an employee’s words', () => {
  it('reach the client as they are, not as markup', async () => {
    const sent = await send('Цена <b>до</b> 5 & *выше*');
    assert.ok(sent.outcome === 'sent');
    assert.equal(sent.id, `${IVAN}:2`);
    assert.equal(sent.at % 1000, 0);
    assert.deepEqual(received(), ['Цена <b>до</b> 5 & *выше*']);
  });

  it('go out in several messages when they are long, waiting between them as Telegram asks', async () => {
    telegram.enforceRateLimits();
    const sent = await send(`${'я'.repeat(4_000)}\n\n${'ю'.repeat(4_000)}`);
    assert.equal(sent.outcome === 'sent' && sent.id, `${IVAN}:2`);
    assert.deepEqual(received(), ['я'.repeat(4_000), 'ю'.repeat(4_000)]);
    assert.deepEqual(pauses, [1_000]);
  });

  it('are not repeated in whole when only their end failed', async () => {
    telegram.failNext('sendMessage', { status: 502, carriedOut: true });
    assert.equal((await send('я'.repeat(5_000))).outcome, 'retry', 'nothing is known to have arrived');
    const blocking = send('я'.repeat(5_000));
    await telegram.until(() => received().length === 2);
    telegram.user({ id: IVAN, firstName: 'Иван' }).blocks(TOKEN);
    const sent = await blocking;
    assert.ok(sent.outcome === 'refused' && sent.problem.startsWith('only 1 of 2 parts reached the client'));
  });

  it('are worth another try when Telegram is down, and not when the client has gone', async () => {
    telegram.failNext('sendMessage', { retryAfter: 3 });
    const busy = await send('Да');
    assert.deepEqual(busy.outcome === 'retry' && busy.afterMs, 3_000);
    telegram.user({ id: IVAN, firstName: 'Иван' }).blocks(TOKEN);
    assert.equal((await send('Да')).outcome, 'refused');
  });

  it('are refused when there are none, or no such chat can be', async () => {
    assert.equal((await send(' \n')).outcome, 'refused');
    assert.equal((await send('Да', 'chat-42')).outcome, 'refused');
    assert.equal(telegram.calls('sendMessage').length, 0);
  });
});

describe('a long text', () => {
  it('is cut at a paragraph, else a line, a sentence, a word', () => {
    assert.deepEqual(splitText('abcd ef\n\nghi', 10), ['abcd ef', 'ghi']);
    assert.deepEqual(splitText('abcd ef\nghi', 10), ['abcd ef', 'ghi']);
    assert.deepEqual(splitText('abcdef. g hij', 10), ['abcdef.', 'g hij']);
    assert.deepEqual(splitText('abcd ef ghi', 10), ['abcd ef', 'ghi']);
  });

  it('is never cut inside a character', () => {
    assert.deepEqual(splitText('aaa👨‍👩‍👧bbb', 9), ['aaa', '👨‍👩‍👧b', 'bb']);
    assert.deepEqual(splitText('😀😀😀', 3), ['😀', '😀', '😀']);
  });

  it('keeps everything but white space, in parts that fit', () => {
    const texts = fc.array(fc.constantFrom('слово', '😀', ' ', '\n', '. ', 'x'.repeat(30)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(texts, fc.integer({ min: 4, max: 50 }), (words, limit) => {
        const text = words.join('');
        const parts = splitText(text, limit);
        assert.ok(
          parts.every(
            (part) => part.length <= limit && part.trim() === part && part !== '' && part.isWellFormed(),
          ),
        );
        assert.equal(parts.join('').replaceAll(/\s/g, ''), text.replaceAll(/\s/g, ''));
      }),
    );
  });

  it('of the greatest length goes out in one message', () => {
    assert.equal(splitText('я'.repeat(MESSAGE_LIMIT)).length, 1);
  });
});
