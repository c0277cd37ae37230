import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from '../../../tests/fakes/telegram/startFakeTelegram.ts';
import type { FileKind } from '../files.ts';
import { TestMemory } from '../testing/testMemory.ts';
import { editAtClient } from './edit.ts';
import { sendToClient } from './send.ts';
import { MESSAGE_LIMIT, splitText } from './splitText.ts';
import { channelConfig, TOKEN } from './testing/account.ts';

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

describe('a file', () => {
  const JPEG = Buffer.from('ffd8ffe000104a', 'hex');
  const facts = { name: 'Прайс.pdf', mime: 'application/pdf', width: null, height: null, seconds: null };
  const sendFile = (kind: FileKind, text: string, bytes: Uint8Array = JPEG) =>
    sendToClient(
      channelConfig(telegram.apiRoot),
      { thread: String(IVAN), text, file: { ...facts, kind, bytes } },
      memory,
      async (ms) => telegram.advance(ms),
    );
  const got = () =>
    telegram.chat(TOKEN, IVAN).fromBot.map(({ file, text }) => [file?.field, file?.name, text]);

  it('goes out as what it is, under its name, with the words below it', async () => {
    for (const kind of ['photo', 'video', 'voice', 'audio', 'document'] as const)
      assert.equal((await sendFile(kind, `Вот ${kind}`)).outcome, 'sent');
    assert.deepEqual(
      got(),
      ['photo', 'video', 'voice', 'audio', 'document'].map((kind) => [kind, 'Прайс.pdf', `Вот ${kind}`]),
    );
    assert.deepEqual(Buffer.from(telegram.chat(TOKEN, IVAN).fromBot[0]?.file?.bytes ?? []), JPEG);
  });

  it('goes first where the words are too long for a caption', async () => {
    const words = 'я'.repeat(1_025);
    assert.equal((await sendFile('photo', words)).outcome, 'sent');
    assert.deepEqual(got(), [
      ['photo', 'Прайс.pdf', ''],
      [undefined, undefined, words],
    ]);
  });

  it('that Telegram does not take goes out without its words neither', async () => {
    telegram.failNext('sendVoice', { status: 400, description: 'Bad Request: VOICE_MESSAGES_FORBIDDEN' });
    const sent = await sendFile('voice', 'я'.repeat(1_025));
    assert.ok(sent.outcome === 'refused' && sent.said?.ru.startsWith('клиент не принимает голосовые'));
    assert.deepEqual(got(), []);
  });
});

describe('an edit', () => {
  const edit = (handle: string, text: string, thread = String(IVAN)) =>
    editAtClient(channelConfig(telegram.apiRoot), { thread, handle, text }, memory);

  it('changes the words of what was sent, and no others', async () => {
    const sent = await send('Скидка 10 %');
    assert.ok(sent.outcome === 'sent' && sent.handle);
    assert.deepEqual(await edit(sent.handle, 'Скидка <5> %'), { outcome: 'edited' });
    assert.deepEqual(await edit(sent.handle, 'Скидка <5> %'), { outcome: 'edited' }, 'it says so already');
    assert.deepEqual(received(), ['Скидка <5> %']);
    assert.equal((await edit(sent.handle, 'я'.repeat(MESSAGE_LIMIT + 1))).outcome, 'refused');
    assert.equal((await edit('text:999', 'Да')).outcome, 'refused');
  });

  it('is not possible of what went out in several messages', async () => {
    const sent = await send('я'.repeat(5_000));
    assert.ok(sent.outcome === 'sent' && sent.handle === undefined);
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
