import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeEach, describe, it } from 'vitest';
import { type FakeTelegram, startFakeTelegram } from './startFakeTelegram.ts';
import type { FakeUser } from './user.ts';

const TOKEN = '700001:fake-token';
const IVAN = { id: 8_880_007, firstName: 'Иван', username: 'ivan' };

interface Answer<Result> {
  readonly ok: boolean;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { retry_after: number };
  readonly result: Result;
}

let fake: FakeTelegram;
let ivan: FakeUser;

async function call<Result>(method: string, params: object = {}, token = TOKEN): Promise<Answer<Result>> {
  const response = await fetch(`${fake.apiRoot}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(params),
  });
  return (await response.json()) as Answer<Result>;
}

async function ids(params: object = {}): Promise<number[]> {
  const { result } = await call<{ update_id: number }[]>('getUpdates', params);
  return result.map(({ update_id: id }) => id);
}

async function texts(params: object = {}): Promise<string[]> {
  const { result } = await call<{ message: { text: string } }[]>('getUpdates', params);
  return result.map(({ message }) => message.text);
}

beforeEach(async () => {
  fake = await startFakeTelegram();
  fake.addBot(TOKEN);
  ivan = fake.user(IVAN);
});
afterEach(() => fake.close());

describe('getUpdates', () => {
  it('gives an update again and again until a higher offset is asked for', async () => {
    ivan.writes(TOKEN, 'раз');
    ivan.writes(TOKEN, 'два');
    const [first = 0, second = 0] = await ids();
    assert.equal(second, first + 1);
    assert.deepEqual(await texts(), ['раз', 'два']);
    assert.deepEqual(await texts({ offset: first }), ['раз', 'два']);
    assert.deepEqual(await texts({ offset: second }), ['два']);
    assert.deepEqual(await texts(), ['два'], 'the confirmed one is gone for good');
    assert.deepEqual(await texts({ offset: second + 1 }), []);
  });

  it('counts a negative offset from the end and forgets what is before', async () => {
    for (const text of ['раз', 'два', 'три']) ivan.writes(TOKEN, text);
    assert.deepEqual(await texts({ offset: -1 }), ['три']);
    assert.deepEqual(await texts(), ['три']);
  });

  it('begins with the oldest when the offset is in the future', async () => {
    ivan.writes(TOKEN, 'раз');
    assert.deepEqual(await texts({ offset: 2_000_000_000 }), ['раз']);
  });

  it('holds the answer until something happens', async () => {
    const waiting = texts({ timeout: 50 });
    await fake.until(() => fake.bot(TOKEN).poll);
    ivan.writes(TOKEN, 'наконец');
    assert.deepEqual(await waiting, ['наконец']);
  });

  it('is ended by 409 when a second one comes', async () => {
    const first = call('getUpdates', { timeout: 50 });
    await fake.until(() => fake.bot(TOKEN).poll);
    const second = call('getUpdates', { timeout: 50 });
    assert.match((await first).description ?? '', /^Conflict: terminated by other getUpdates request/);
    await fake.until(() => fake.bot(TOKEN).poll);
    ivan.writes(TOKEN, 'кому?');
    assert.equal((await second).ok, true);
  });

  it('is refused with 409 while a webhook is set', async () => {
    await call('setWebhook', { url: 'https://crm.example.com/hook' });
    const { error_code: code, description } = await call('getUpdates');
    assert.equal(code, 409);
    assert.match(description ?? '', /webhook is active/);
    await call('deleteWebhook');
    assert.equal((await call('getUpdates')).ok, true);
  });

  it('loses a message after 24 h and a press after 150 s', async () => {
    ivan.writes(TOKEN, 'старое');
    await call('sendMessage', {
      chat_id: IVAN.id,
      text: '?',
      reply_markup: keyboard({ callback_data: 'a' }),
    });
    ivan.presses(TOKEN, 2, 'a');
    fake.advance(149_000);
    assert.equal((await ids()).length, 2);
    fake.advance(2_000);
    assert.deepEqual(await texts(), ['старое']);
    fake.advance(86_400_000);
    assert.deepEqual(await ids(), []);
  });

  it('does not queue what is a day old already, nor kinds that were not asked for', async () => {
    await call('getUpdates', { allowed_updates: ['message'] });
    ivan.writes(TOKEN, 'вчера', { date: Math.floor(fake.now() / 1000) - 86_401 });
    const message = ivan.writes(TOKEN, 'сейчас');
    ivan.edits(TOKEN, message, 'сейчас!');
    assert.deepEqual(await texts(), ['сейчас']);
  });

  it('delivers twice and in the wrong order when told to', async () => {
    fake.deliverTwice(TOKEN);
    ivan.writes(TOKEN, 'раз');
    ivan.writes(TOKEN, 'два');
    fake.misorderNext(TOKEN);
    assert.deepEqual(await texts(), ['два', 'раз', 'раз']);
    assert.deepEqual(await texts(), ['раз', 'раз', 'два']);
  });

  it('keeps everything over a restart, under the same address', async () => {
    ivan.writes(TOKEN, 'раз');
    const before = fake.apiRoot;
    await fake.restart();
    assert.equal(fake.apiRoot, before);
    assert.deepEqual(await texts(), ['раз']);
  });
});

function keyboard(...buttons: object[]): object {
  return { inline_keyboard: [buttons.map((button) => ({ text: 'Беру', ...button }))] };
}

describe('sendMessage', () => {
  beforeEach(() => {
    ivan.writes(TOKEN, '/start');
  });

  it('puts a message into the chat as the person reads it', async () => {
    const sent = await call<{ message_id: number }>('sendMessage', {
      chat_id: IVAN.id,
      text: '<b>Иван</b> &lt;3 <a href="https://example.ru/?a=1&amp;b=2">чат</a>',
      parse_mode: 'HTML',
      reply_markup: keyboard({ callback_data: 'take' }, { url: 'https://t.me/ivan' }),
      reply_parameters: { message_id: 1 },
    });
    assert.equal(sent.description, undefined);
    const [message] = fake.chat(TOKEN, IVAN.id).fromBot;
    assert.equal(message?.text, 'Иван <3 чат');
    assert.equal(message?.messageId, sent.result.message_id);
    assert.equal(message?.replyTo, 1);
    assert.equal(message?.buttons.flat().length, 2);
    assert.deepEqual(message?.current.entities, [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'text_link', offset: 8, length: 3, url: 'https://example.ru/?a=1&b=2' },
    ]);
    assert.deepEqual(fake.violations, []);
  });

  const REFUSED: [string, object, RegExp][] = [
    ['no text', {}, /message text is empty/],
    ['a text of white space', { text: ' \n ' }, /message text is empty/],
    [
      'a text that is empty once it is parsed',
      { text: '<b></b>', parse_mode: 'HTML' },
      /message text is empty/,
    ],
    ['4097 characters', { text: 'я'.repeat(4097) }, /too long/],
    ['a text that is a number', { text: 5 }, /must be a string/],
    ['a lone surrogate', { text: 'a\ud800' }, /UTF-8/],
    [
      'an unsupported tag',
      { text: '<p>x</p>', parse_mode: 'HTML' },
      /Unsupported start tag "p" at byte offset 0/,
    ],
    [
      'an unclosed tag',
      { text: '<b>x', parse_mode: 'HTML' },
      /Can't find end tag corresponding to start tag "b"/,
    ],
    ['crossed tags', { text: '<b><i>x</b></i>', parse_mode: 'HTML' }, /Unmatched end tag at byte offset 7/],
    ['an end without a start', { text: 'я</b>', parse_mode: 'HTML' }, /Unexpected end tag at byte offset 2/],
    ['an unescaped <', { text: '2 < 3', parse_mode: 'HTML' }, /start tag at byte offset 2/],
    ['another parse mode', { text: 'x', parse_mode: 'MarkdownV2' }, /parse_mode/],
    [
      '65 bytes of data',
      { text: 'x', reply_markup: keyboard({ callback_data: 'я'.repeat(33) }) },
      /BUTTON_DATA_INVALID/,
    ],
    ['empty data', { text: 'x', reply_markup: keyboard({ callback_data: '' }) }, /BUTTON_DATA_INVALID/],
    ['a button without an action', { text: 'x', reply_markup: keyboard({}) }, /exactly one action/],
    [
      'a button with two',
      { text: 'x', reply_markup: keyboard({ url: 'https://a.ru', callback_data: 'a' }) },
      /exactly one/,
    ],
    [
      'a button to localhost',
      { text: 'x', reply_markup: keyboard({ url: 'http://localhost:3000' }) },
      /Wrong HTTP URL/,
    ],
    [
      'a button to a file',
      { text: 'x', reply_markup: keyboard({ url: 'ftp://a.ru' }) },
      /Unsupported URL protocol/,
    ],
    ['a flat keyboard', { text: 'x', reply_markup: { inline_keyboard: [{ text: 'a' }] } }, /Array of Arrays/],
  ];
  for (const [what, params, description] of REFUSED) {
    it(`refuses ${what}, and records it as a violation`, async () => {
      const answer = await call('sendMessage', { chat_id: IVAN.id, ...params });
      assert.equal(answer.error_code, 400);
      assert.match(answer.description ?? '', description);
      assert.equal(fake.violations.length, 1);
      assert.deepEqual(fake.chat(TOKEN, IVAN.id).fromBot, []);
    });
  }

  it('takes what is just within the limits', async () => {
    const markup = keyboard({ callback_data: 'я'.repeat(32) });
    const answer = await call('sendMessage', {
      chat_id: IVAN.id,
      text: '😀'.repeat(4096),
      reply_markup: markup,
    });
    assert.equal(answer.description, undefined);
  });

  it('records what the provider only forgives: unknown parameters, a bare ampersand, a dead link', async () => {
    await call('sendMessage', { chat_id: IVAN.id, txt: 'x', text: 'x' });
    await call('sendMessage', {
      chat_id: IVAN.id,
      text: 'A & B <a href="nowhere">x</a>',
      parse_mode: 'HTML',
    });
    assert.deepEqual(
      fake.violations.map(({ problem }) => problem),
      [
        'unknown parameter "txt"',
        'a bare & at byte offset 2: write &amp;',
        'a link that leads nowhere at byte offset 6',
      ],
    );
  });

  it('tells who cannot be written to', async () => {
    fake.user({ id: 5, firstName: 'Never wrote' });
    const to = async (chat_id: number) => (await call('sendMessage', { chat_id, text: 'x' })).description;
    assert.equal(await to(404), 'Bad Request: chat not found');
    assert.equal(await to(5), "Forbidden: bot can't initiate conversation with a user");
    ivan.blocks(TOKEN);
    assert.equal(await to(IVAN.id), 'Forbidden: bot was blocked by the user');
    ivan.unblocks(TOKEN);
    assert.equal(await to(IVAN.id), undefined);
    assert.deepEqual(fake.violations, [], 'these can happen to a correct client');
  });

  it('refuses a button that leads to a person whom the provider does not know or who forbids it', async () => {
    fake.user({ id: 6, firstName: 'Private', isPrivate: true });
    const to = async (id: number) => {
      const reply_markup = keyboard({ url: `tg://user?id=${id}` });
      return (await call('sendMessage', { chat_id: IVAN.id, text: 'x', reply_markup })).description;
    };
    assert.equal(await to(404), 'Bad Request: BUTTON_USER_INVALID');
    assert.equal(await to(6), 'Bad Request: BUTTON_USER_PRIVACY_RESTRICTED');
    assert.equal(await to(IVAN.id), undefined);
  });

  it('refuses a reply to a message that is not there, unless it may be missing', async () => {
    const reply = async (more: object) =>
      await call('sendMessage', {
        chat_id: IVAN.id,
        text: 'x',
        reply_parameters: { message_id: 99, ...more },
      });
    assert.match((await reply({})).description ?? '', /message to be replied not found/);
    assert.equal((await reply({ allow_sending_without_reply: true })).ok, true);
  });

  it('allows one message a second per chat when limits are enforced', async () => {
    fake.enforceRateLimits();
    assert.equal((await call('sendMessage', { chat_id: IVAN.id, text: '1' })).ok, true);
    const second = await call('sendMessage', { chat_id: IVAN.id, text: '2' });
    assert.deepEqual([second.error_code, second.parameters], [429, { retry_after: 1 }]);
    fake.advance(1000);
    assert.equal((await call('sendMessage', { chat_id: IVAN.id, text: '2' })).ok, true);
  });
});

describe('editMessageText', () => {
  const edit = (params: object) => call('editMessageText', { chat_id: IVAN.id, message_id: 2, ...params });

  beforeEach(async () => {
    ivan.writes(TOKEN, '/start');
    await call('sendMessage', {
      chat_id: IVAN.id,
      text: 'ждёт',
      reply_markup: keyboard({ callback_data: 'take' }),
    });
  });

  it('changes the text, keeps every version, and takes away buttons that are not given again', async () => {
    assert.equal((await edit({ text: 'отвечено' })).ok, true);
    const [message] = fake.chat(TOKEN, IVAN.id).fromBot;
    assert.equal(message?.text, 'отвечено');
    assert.deepEqual(message?.buttons, []);
    assert.deepEqual(
      message?.versions.map(({ text }) => text),
      ['ждёт', 'отвечено'],
    );
    assert.ok(message?.editedAt);
  });

  it('refuses an edit that changes nothing, and one of a message that is not there or not the bot’s', async () => {
    const same = await edit({ text: 'ждёт', reply_markup: keyboard({ callback_data: 'take' }) });
    assert.match(same.description ?? '', /message is not modified/);
    assert.match((await edit({ message_id: 99, text: 'x' })).description ?? '', /message to edit not found/);
    assert.match((await edit({ message_id: 1, text: 'x' })).description ?? '', /message can't be edited/);
  });
});

describe('files', () => {
  const JPEG = Buffer.from('ffd8ffe0', 'hex');
  const upload = async (method: string, field: string, bytes: Buffer, over: Record<string, string> = {}) => {
    const form = new FormData();
    form.append('chat_id', String(IVAN.id));
    form.append(field, new File([new Uint8Array(bytes)], 'a.jpg'));
    for (const [name, value] of Object.entries(over)) form.append(name, value);
    const response = await fetch(`${fake.apiRoot}/bot${TOKEN}/${method}`, { method: 'POST', body: form });
    return (await response.json()) as Answer<{ message_id: number }>;
  };
  const got = async (path: string | undefined, token = TOKEN) =>
    (await fetch(`${fake.apiRoot}/file/bot${token}/${path}`)).status;
  const getFile = (file_id: string) => call<{ file_path?: string }>('getFile', { file_id });

  it('lie where `getFile` says, for the bot that got them, and of 20 MB at most', async () => {
    ivan.sendsFile(TOKEN, 'photo', JPEG);
    const { file_path: path } = (await getFile('file-1')).result;
    assert.equal(await got(path), 200);
    assert.equal(await got('files/other'), 404);
    assert.equal(await got(path, '700009:other'), 401);
    assert.equal((await getFile('nobody’s')).error_code, 400);
    ivan.sendsFile(TOKEN, 'video', Buffer.alloc(20 * 1024 * 1024 + 1));
    assert.match((await getFile('file-2')).description ?? '', /file is too big/);
  });

  it('are taken as what they are, with a caption of 1024 characters', async () => {
    ivan.writes(TOKEN, '/start');
    const sent = await upload('sendPhoto', 'photo', JPEG, { caption: 'я'.repeat(1_024) });
    assert.ok(sent.ok);
    assert.equal(fake.chat(TOKEN, IVAN.id).fromBot[0]?.file?.name, 'a.jpg');
    assert.deepEqual(fake.violations, []);
    for (const [method, field, bytes, over, problem] of [
      ['sendPhoto', 'photo', JPEG, { caption: 'я'.repeat(1_025) }, /caption is too long/],
      ['sendPhoto', 'photo', Buffer.from('GIF89a'), {}, /IMAGE_PROCESS_FAILED/],
      ['sendPhoto', 'document', JPEG, {}, /no photo/],
      ['sendDocument', 'document', Buffer.alloc(0), {}, /non-empty/],
      ['sendPhoto', 'photo', Buffer.alloc(10 * 1024 * 1024 + 1, 'ff'), {}, /Too Large/],
      ['sendVideo', 'video', JPEG, { duration: 'long' }, /duration/],
    ] as const)
      assert.match((await upload(method, field, bytes, over)).description ?? '', problem);
    assert.equal(fake.violations.length, 6);
  });

  it('have captions, and no text, to edit', async () => {
    ivan.writes(TOKEN, '/start');
    const { result } = await upload('sendPhoto', 'photo', JPEG, { caption: 'раз' });
    const message = { chat_id: IVAN.id, message_id: result.message_id };
    assert.match((await call('editMessageText', { ...message, text: 'два' })).description ?? '', /no text/);
    assert.ok((await call('editMessageCaption', { ...message, caption: 'два' })).ok);
    assert.equal(fake.chat(TOKEN, IVAN.id).fromBot[0]?.text, 'два');
  });
});

describe('buttons', () => {
  beforeEach(async () => {
    ivan.writes(TOKEN, '/start');
    await call('sendMessage', {
      chat_id: IVAN.id,
      text: 'ждёт',
      reply_markup: keyboard({ callback_data: 'take' }),
    });
  });

  it('a press arrives as an update and is answered once it is known', async () => {
    const press = ivan.presses(TOKEN, 2, 'take');
    type Pressed = { callback_query: { data: string; message: { message_id: number } } };
    const { result } = await call<Pressed[]>('getUpdates', { offset: -1 });
    assert.equal(result[0]?.callback_query.data, 'take');
    assert.equal(result[0]?.callback_query.message.message_id, 2);
    const answer = await call('answerCallbackQuery', { callback_query_id: press.id, text: 'Ваше' });
    assert.equal(answer.ok, true);
    assert.deepEqual(press.answer, { text: 'Ваше', showAlert: false });
  });

  it('only a button that the message has now can be pressed', async () => {
    assert.throws(() => ivan.presses(TOKEN, 2, 'other'), /has no button "other"/);
    await call('editMessageText', { chat_id: IVAN.id, message_id: 2, text: 'отвечено' });
    assert.throws(() => ivan.presses(TOKEN, 2, 'take'), /has no button "take"/);
  });

  it('an answer is refused when it is unknown, too late or too long', async () => {
    const press = ivan.presses(TOKEN, 2, 'take');
    const answer = async (params: object) =>
      (await call('answerCallbackQuery', { callback_query_id: press.id, ...params })).description;
    assert.match((await answer({ text: 'x'.repeat(201) })) ?? '', /MESSAGE_TOO_LONG/);
    assert.match((await answer({ callback_query_id: '1' })) ?? '', /query ID is invalid/);
    fake.advance(150_000);
    assert.match((await answer({})) ?? '', /query is too old/);
  });
});

describe('webhook', () => {
  type Info = { url: string; pending_update_count: number; last_error_message: string };
  const received: { text: string; secret: unknown }[] = [];
  let statuses: number[] = [];
  const consumer = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({
      text: JSON.parse(body).message.text,
      secret: request.headers['x-telegram-bot-api-secret-token'],
    });
    response.writeHead(statuses.shift() ?? 200).end('{}');
  });
  let url = '';

  beforeEach(async () => {
    received.length = 0;
    statuses = [];
    if (!consumer.listening) await new Promise<void>((resolve) => consumer.listen(0, '127.0.0.1', resolve));
    const address = consumer.address();
    if (typeof address === 'object') url = `http://127.0.0.1:${address?.port}/hooks/tg`;
  });
  afterAll(() => consumer.close());

  it('delivers with the secret, and what waited before it was set', async () => {
    ivan.writes(TOKEN, 'до');
    await call('setWebhook', { url, secret_token: 'tell-me', allowed_updates: ['message'] });
    ivan.writes(TOKEN, 'после');
    await fake.until(() => received.length === 2);
    assert.deepEqual(received, [
      { text: 'до', secret: 'tell-me' },
      { text: 'после', secret: 'tell-me' },
    ]);
    const { result } = await call<Info>('getWebhookInfo');
    assert.deepEqual([result.url, result.pending_update_count], [url, 0]);
  });

  it('repeats what is not taken, holding back the rest of that chat', async () => {
    statuses = [503, 500];
    ivan.writes(TOKEN, 'раз');
    ivan.writes(TOKEN, 'два');
    await call('setWebhook', { url });
    await fake.until(() => received.length === 4);
    assert.deepEqual(
      received.map(({ text }) => text),
      ['раз', 'раз', 'раз', 'два'],
    );
    assert.match(
      (await call<Info>('getWebhookInfo')).result.last_error_message,
      /Wrong response from the webhook: 500/,
    );
  });

  it('delivers other chats while one is held back', async () => {
    statuses = Array.from({ length: 50 }, () => 503);
    await call('setWebhook', { url });
    ivan.writes(TOKEN, 'застряло');
    await fake.until(() => received.length >= 2);
    fake.user({ id: 9, firstName: 'Olga' }).writes(TOKEN, 'другой чат');
    await fake.until(() => received.some(({ text }) => text === 'другой чат'));
  });

  it('refuses plain http beyond loopback, odd ports and odd secrets', async () => {
    const set = async (params: object) => (await call('setWebhook', params)).description ?? '';
    assert.match(await set({ url: 'http://example.ru/hook' }), /HTTPS URL must be provided/);
    assert.match(await set({ url: 'https://example.ru:3000/hook' }), /ports 80, 88, 443 or 8443/);
    assert.match(await set({ url, secret_token: 'с пробелом' }), /unallowed characters/);
  });
});

describe('the server', () => {
  it('answers 401 for an unknown token and 404 for an unknown method', async () => {
    assert.equal((await call('getMe', {}, '1:unknown')).error_code, 401);
    assert.equal((await call('getMee')).error_code, 404);
    fake.revoke(TOKEN);
    assert.equal((await call('getMe')).error_code, 401);
  });

  it('misbehaves as planned, for as many calls as planned', async () => {
    fake.failNext('getMe', { status: 502, times: 2 });
    fake.failNext('getMe', { retryAfter: 7 });
    fake.failNext('getMe', { dropConnection: true });
    assert.deepEqual([(await call('getMe')).error_code, (await call('getMe')).error_code], [502, 502]);
    const limited = await call('getMe');
    assert.deepEqual([limited.error_code, limited.parameters], [429, { retry_after: 7 }]);
    await assert.rejects(call('getMe'));
    assert.equal((await call('getMe')).ok, true);
  });

  it('can carry a call out and lose the answer', async () => {
    ivan.writes(TOKEN, '/start');
    fake.failNext('sendMessage', { carriedOut: true, dropConnection: true });
    await assert.rejects(call('sendMessage', { chat_id: IVAN.id, text: 'дошло' }));
    assert.equal(fake.chat(TOKEN, IVAN.id).fromBot[0]?.text, 'дошло');
  });

  it('keeps bots apart', async () => {
    fake.addBot('700002:another');
    ivan.writes(TOKEN, 'первому');
    assert.deepEqual((await call<unknown[]>('getUpdates', {}, '700002:another')).result, []);
  });

  it('waits for a condition, and says which one did not come true', async () => {
    await assert.rejects(
      fake.until(() => fake.violations.length === 1, 20),
      /not true within 20 ms: .*violations/,
    );
  });
});
