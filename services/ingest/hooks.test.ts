import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { DAY, MINUTE } from '@otklik/domain';
import { test } from 'vitest';
import { MAX_BODY_BYTES } from './hooks.ts';
import { BEARER_SECRET, bytesOf, EVENT, NOW, SECRET, signed, startHooks } from './testing/hooksWorld.ts';
import type { Kept } from './writer.ts';

const iso = (at: number) => new Date(at).toISOString();
const events = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...EVENT, id: `m-${index}` }));
const without = (field: keyof typeof EVENT) =>
  Object.fromEntries(Object.entries(EVENT).filter(([name]) => name !== field));
const call = {
  ...without('text'),
  id: 'c-9/ringing',
  kind: 'call',
  call: { direction: 'in', phase: 'ringing' },
};

const accepted: { name: string; body: unknown; kept: number }[] = [
  { name: 'the documented example', body: EVENT, kept: 1 },
  { name: 'an array of 500', body: events(500), kept: 500 },
  { name: 'an empty array', body: [], kept: 0 },
  { name: 'a comment without text', body: { ...without('text'), kind: 'comment' }, kept: 1 },
  { name: 'a call', body: call, kept: 1 },
  {
    name: 'the end of a call',
    body: { ...call, call: { direction: 'out', phase: 'ended', outcome: 'no_answer', talk_seconds: 0 } },
    kept: 1,
  },
  { name: 'a deletion', body: { ...without('text'), id: 'd-1', kind: 'deletion', of: 'm-1' }, kept: 1 },
  {
    name: 'the closing of a dialogue',
    body: { ...without('text'), id: 'x-1', kind: 'closing', from: { side: 'employee' } },
    kept: 1,
  },
  { name: 'a reaction', body: { ...without('text'), id: 'r-1', kind: 'reaction' }, kept: 1 },
  { name: 'an event that happened 4 minutes ahead', body: { ...EVENT, at: iso(NOW + 4 * MINUTE) }, kept: 1 },
  { name: 'an event of 39 days ago', body: { ...EVENT, at: iso(NOW - 39 * DAY) }, kept: 1 },
  { name: 'a time with an offset', body: { ...EVENT, at: '2026-11-23T13:00:00+03:00' }, kept: 1 },
  {
    name: 'a text of emoji, right to left and combining marks',
    body: { ...EVENT, text: '👩‍👩‍👧 שלום é' },
    kept: 1,
  },
  { name: 'a byte order mark', body: `\ufeff${JSON.stringify(EVENT)}`, kept: 1 },
  {
    name: 'ids of 256 characters',
    body: { ...EVENT, id: 'i'.repeat(256), thread: 't'.repeat(256) },
    kept: 1,
  },
];
for (const { name, body, kept } of accepted) {
  test(`taken: ${name}`, async () => {
    await using hooks = await startHooks();
    const answer = await hooks.post(body);
    assert.deepEqual(answer.json(), { accepted: kept, duplicates: 0 });
    assert.equal(answer.status, 202);
    assert.equal(hooks.accepted.length, kept);
  });
}

test('an event is taken as it was sent, with the moment of its receipt', async () => {
  await using hooks = await startHooks();
  await hooks.post(EVENT);
  assert.deepEqual(hooks.accepted, [
    {
      channel: 'site',
      id: 'm-1',
      thread: 'chat-42',
      kind: 'message',
      side: 'client',
      author: {
        id: 'u7',
        name: 'Иван',
        phone: null,
        email: null,
        typed: { phone: '+79990000001', email: null },
      },
      at: NOW - 1_000,
      atSource: 'provider',
      receivedAt: NOW,
      seq: null,
      text: 'Здравствуйте!',
      wording: { formal: false, farewell: false, apology: false, thanks: false },
      link: 'https://example.ru/chats/42',
    },
  ]);
});

test('who sends an unknown kind is told which there are', async () => {
  await using hooks = await startHooks();
  const answer = await hooks.post({ ...EVENT, kind: 'letter' });
  const [fault] = answer.json().errors;
  assert.equal(fault.detail, 'must be one of message, comment, call, deletion, closing, reaction');
});

test('the phases of a call share its id', async () => {
  await using hooks = await startHooks();
  await hooks.post([call, { ...call, id: 'c-9/ended', call: { direction: 'in', phase: 'ended' } }]);
  const calls = hooks.accepted.map((event) => (event.kind === 'call' ? event.call.id : null));
  assert.deepEqual(calls, ['c-9', 'c-9']);
});

test('a sender’s clock ahead of ours wins nobody time (law 5)', async () => {
  await using hooks = await startHooks();
  await hooks.post({ ...EVENT, at: iso(NOW + 4 * MINUTE) });
  assert.equal(hooks.accepted[0]?.at, NOW);
});

/** One bad field each, and where the fault is named. */
const faulty: { name: string; event: unknown; path: string; reason?: string }[] = [
  { name: 'a number as id', event: { ...EVENT, id: 7 }, path: '/id' },
  { name: 'a number as thread', event: { ...EVENT, thread: 42 }, path: '/thread' },
  { name: 'an empty id', event: { ...EVENT, id: '' }, path: '/id' },
  { name: 'no id', event: without('id'), path: '/id' },
  { name: 'no kind', event: without('kind'), path: '/kind' },
  { name: 'an unknown kind', event: { ...EVENT, kind: 'letter' }, path: '/kind' },
  { name: 'a reaction in words', event: { ...EVENT, kind: 'reaction' }, path: '/text' },
  {
    name: 'a closing of something',
    event: { ...without('text'), kind: 'closing', of: 'm-1' },
    path: '/of',
  },
  { name: 'a kind that every object has', event: { ...EVENT, kind: '__proto__' }, path: '/kind' },
  { name: 'no sender', event: without('from'), path: '/from' },
  { name: 'an unknown side', event: { ...EVENT, from: { side: 'manager' } }, path: '/from/side' },
  {
    name: 'side unknown, which is ours to find',
    event: { ...EVENT, from: { side: 'unknown' } },
    path: '/from/side',
  },
  {
    name: 'a national phone number',
    event: { ...EVENT, from: { side: 'client', phone: '89990000001' } },
    path: '/from/phone',
  },
  {
    name: 'a phone number with a line break',
    event: { ...EVENT, from: { side: 'client', phone: '+79990000001\n' } },
    path: '/from/phone',
  },
  {
    name: 'no mail address',
    event: { ...EVENT, from: { side: 'client', email: 'Иван' } },
    path: '/from/email',
  },
  { name: 'a list as text', event: { ...EVENT, text: ['Здравствуйте!'] }, path: '/text' },
  { name: 'a script as link', event: { ...EVENT, link: 'javascript:alert(1)' }, path: '/link' },
  { name: 'an unknown field', event: { ...EVENT, priority: 1 }, path: '/priority' },
  {
    name: 'an unknown field of the sender',
    event: { ...EVENT, from: { side: 'client', age: 7 } },
    path: '/from/age',
  },
  { name: 'a field with a slash and a tilde', event: { ...EVENT, 'a/b~c': 1 }, path: '/a~1b~0c' },
  { name: 'a field of another kind', event: { ...EVENT, of: 'm-0' }, path: '/of' },
  { name: 'a call without its phase', event: { ...call, call: { direction: 'in' } }, path: '/call/phase' },
  {
    name: 'a talk of minus one second',
    event: { ...call, call: { ...call.call, talk_seconds: -1 } },
    path: '/call/talk_seconds',
  },
  { name: 'a call with words', event: { ...call, text: 'Алло' }, path: '/text' },
  { name: 'a deletion of nothing', event: { ...without('text'), kind: 'deletion' }, path: '/of' },
  {
    name: 'a thread id of 10,000 characters',
    event: { ...EVENT, thread: 't'.repeat(10_000) },
    path: '/thread',
  },
  { name: 'a NUL in the text', event: { ...EVENT, text: 'a\u0000b' }, path: '/text' },
  { name: 'a NUL in the id', event: { ...EVENT, id: 'm\u0000' }, path: '/id' },
  {
    name: 'a NUL in the name',
    event: { ...EVENT, from: { side: 'client', name: '\u0000' } },
    path: '/from/name',
  },
  { name: 'a lone high surrogate in the text', event: { ...EVENT, text: '\ud83d' }, path: '/text' },
  { name: 'a lone low surrogate in the thread', event: { ...EVENT, thread: '\ude00' }, path: '/thread' },
  { name: 'surrogates the wrong way round', event: { ...EVENT, id: '\ude00\ud83d' }, path: '/id' },
  { name: 'words as time', event: { ...EVENT, at: 'вчера' }, path: '/at' },
  { name: 'a number as time', event: { ...EVENT, at: NOW }, path: '/at' },
  { name: 'a time without its zone', event: { ...EVENT, at: '2026-11-23T10:00:00' }, path: '/at' },
  { name: 'the 30th of February', event: { ...EVENT, at: '2026-02-30T10:00:00Z' }, path: '/at' },
  {
    name: 'a time in the far future',
    event: { ...EVENT, at: '9999-12-31T23:59:59Z' },
    path: '/at',
    reason: 'time',
  },
  {
    name: 'a time 6 minutes ahead',
    event: { ...EVENT, at: iso(NOW + 6 * MINUTE) },
    path: '/at',
    reason: 'time',
  },
  {
    name: 'a time in the far past',
    event: { ...EVENT, at: '0001-01-01T00:00:00Z' },
    path: '/at',
    reason: 'time',
  },
  { name: 'a time 41 days ago', event: { ...EVENT, at: iso(NOW - 41 * DAY) }, path: '/at', reason: 'time' },
  { name: 'nothing', event: null, path: '' },
  { name: 'a text', event: 'Здравствуйте!', path: '' },
  { name: 'an array in the array', event: [EVENT], path: '' },
];
for (const { name, event, path, reason = 'schema' } of faulty) {
  test(`refused, its neighbours with it, and named: ${name}`, async () => {
    await using hooks = await startHooks();
    const answer = await hooks.post([EVENT, event, { ...EVENT, id: 'm-2' }]);
    assert.equal(answer.status, 400);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    const { status, errors, ...problem } = answer.json();
    assert.deepEqual(Object.keys(problem), ['type', 'title', 'detail']);
    assert.equal(status, 400);
    assert.deepEqual(pathsOf(errors), [`/1${path}`]);
    assert.deepEqual(hooks.accepted, []);
    assert.deepEqual(await hooks.rejected(), { [reason]: 1 });
  });
}

test('every fault of a body is named', async () => {
  await using hooks = await startHooks();
  const answer = await hooks.post([{ ...EVENT, id: 1, thread: 2 }, EVENT, { ...EVENT, at: 'x', from: {} }]);
  assert.deepEqual(pathsOf(answer.json().errors), ['/0/id', '/0/thread', '/2/at', '/2/from/side']);
});

test('an impossible time is named beside the faults of the shape, and both beside an unknown kind', async () => {
  await using hooks = await startHooks();
  const late = iso(NOW + 6 * MINUTE);
  const answer = await hooks.post([
    { ...EVENT, id: 1, at: late },
    { ...EVENT, kind: 'sms', thread: 2, at: late },
    { ...EVENT, at: late },
  ]);
  assert.deepEqual(pathsOf(answer.json().errors), [
    '/0/id',
    '/0/at',
    '/1/kind',
    '/1/thread',
    '/1/at',
    '/2/at',
  ]);
  assert.deepEqual(await hooks.rejected(), { schema: 1 });
});

test('the faults of one event that is not in an array are named from its own beginning', async () => {
  await using hooks = await startHooks();
  const answer = await hooks.post({ ...EVENT, id: 1, 'naïve key%': 1 });
  assert.deepEqual(pathsOf(answer.json().errors), ['/id', '/naïve key%']);
  const pointers = answer.json().errors.map(({ pointer }: { pointer: string }) => pointer);
  assert.deepEqual(pointers, ['#/id', '#/na%C3%AFve%20key%25'], 'RFC 6901, section 6');
});

test('a `__proto__` key is an unknown field and changes nothing', async () => {
  await using hooks = await startHooks();
  const body = JSON.stringify(EVENT).replace('{', '{"__proto__":{"text":"x"},"constructor":1,');
  const answer = await hooks.post(body);
  assert.equal(answer.status, 400);
  assert.deepEqual(pathsOf(answer.json().errors), ['/__proto__', '/constructor']);
  const inside = JSON.stringify(EVENT).replace('"from":{', '"from":{"__proto__":{"admin":true},');
  assert.deepEqual(pathsOf((await hooks.post(inside)).json().errors), ['/from/__proto__']);
  assert.equal(Reflect.get({}, 'admin'), undefined);
});

test('of very many faults the first thousand are named, and the rest is counted', async () => {
  await using hooks = await startHooks();
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));
  const { errors, detail } = (await hooks.post({ ...EVENT, ...many })).json();
  assert.equal(errors.length, 1_000);
  assert.match(detail, / 4000 more faults /);
});

test('an unknown field whose name is as long as a text is not repeated in the answer', async () => {
  await using hooks = await startHooks();
  const answer = await hooks.post([{ ...EVENT, ['Я'.repeat(100_000)]: 1 }]);
  assert.deepEqual(pathsOf(answer.json().errors), ['/0']);
  assert.ok(JSON.stringify(answer.json()).length < 1_000);
});

test('501 events are refused as one', async () => {
  await using hooks = await startHooks();
  const answer = await hooks.post(events(501));
  assert.equal(answer.status, 400);
  assert.match(answer.json().detail, /at most 500 events; this one has 501/);
  assert.deepEqual(hooks.accepted, []);
});

const CLIENT_WORDS = 'мой номер карты';
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const rawSurrogate = Buffer.concat([
  Buffer.from('{"text":"'),
  Buffer.from([0xed, 0xa0, 0xbd]), // U+D83D as if it were a character (CESU-8)
  Buffer.from('"}'),
]);

const unreadable: {
  name: string;
  body: Buffer | string;
  headers?: Record<string, string>;
  reason: string;
}[] = [
  { name: 'no body', body: '', reason: 'json' },
  { name: 'white space', body: ' \n', reason: 'json' },
  { name: 'half a JSON', body: `{"text":"${CLIENT_WORDS}`, reason: 'json' },
  { name: 'two JSON values', body: `{"text":"${CLIENT_WORDS}"}{}`, reason: 'json' },
  { name: 'words after JSON', body: `{} ${CLIENT_WORDS}`, reason: 'json' },
  { name: 'single quotes', body: `{'text':'${CLIENT_WORDS}'}`, reason: 'json' },
  {
    name: 'a form',
    body: 'id=1&text=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    reason: 'json',
  },
  { name: 'not a number', body: '{"id":NaN}', reason: 'json' },
  { name: 'a raw NUL', body: '{"text":"a\u0000b"}', reason: 'json' },
  { name: 'a line break inside a text', body: '{"text":"a\nb"}', reason: 'json' },
  { name: 'a hundred thousand open brackets', body: '['.repeat(100_000), reason: 'json' },
  {
    name: 'bytes of cp1251',
    body: Buffer.from('{"text":"\xcf\xf0\xe8\xe2\xe5\xf2"}', 'latin1'),
    reason: 'encoding',
  },
  { name: 'UTF-16', body: utf16(JSON.stringify(EVENT)), reason: 'encoding' },
  { name: 'a raw lone surrogate', body: rawSurrogate, reason: 'encoding' },
  { name: 'half a UTF-8 character', body: Buffer.from('{"text":"Ж"}').subarray(0, 10), reason: 'encoding' },
  { name: 'an overlong slash', body: Buffer.from('{"text":"\xc0\xaf"}', 'latin1'), reason: 'encoding' },
  {
    name: 'gzip',
    body: gzipSync(JSON.stringify(EVENT)),
    headers: { 'content-encoding': 'gzip' },
    reason: 'encoding',
  },
  { name: 'gzip that is not said', body: gzipSync(JSON.stringify(EVENT)), reason: 'encoding' },
  {
    name: 'another charset',
    body: JSON.stringify(EVENT),
    headers: { 'content-type': 'application/json; charset=windows-1251' },
    reason: 'encoding',
  },
];
for (const { name, body, headers = {}, reason } of unreadable) {
  test(`refused as a whole: ${name}`, async () => {
    await using hooks = await startHooks();
    const bytes = bytesOf(body);
    const answer = await hooks.post(bytes, {
      headers: { 'content-type': 'application/json', ...signed(bytes), ...headers },
    });
    assert.equal(answer.status, 400);
    assert.deepEqual(pathsOf(answer.json().errors), ['']);
    assert.ok(!JSON.stringify(answer.json()).includes(CLIENT_WORDS), 'the client’s words stay out of logs');
    assert.deepEqual(await hooks.rejected(), { [reason]: 1 });
  });
}

test('arrays nested a hundred thousand deep are refused without falling over', async () => {
  await using hooks = await startHooks();
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  assert.deepEqual(pathsOf((await hooks.post(deep)).json().errors), ['/0']);
  const inText = await hooks.post(JSON.stringify(EVENT).replace('"Здравствуйте!"', deep));
  assert.deepEqual(pathsOf(inText.json().errors), ['/text']);
});

for (const headers of [
  {},
  { 'content-type': 'application/json; charset=utf-8' },
  { 'content-type': 'application/json; charset="UTF-8"' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json', 'content-encoding': 'identity' },
]) {
  test(`JSON in UTF-8 is taken whatever it calls itself: ${JSON.stringify(headers)}`, async () => {
    await using hooks = await startHooks();
    const answer = await hooks.post(EVENT, { headers: { ...headers, ...signed(bytesOf(EVENT)) } });
    assert.equal(answer.status, 202);
  });
}

const strangers: { name: string; headers: Record<string, string>; reason: string }[] = [
  { name: 'no signature', headers: {}, reason: 'signature' },
  { name: 'a signature of another body', headers: signed(Buffer.from('{}')), reason: 'signature' },
  {
    name: 'a signature of zeros',
    headers: { ...signed(bytesOf(EVENT)), 'webhook-signature': `v1,${'A'.repeat(43)}=` },
    reason: 'signature',
  },
  {
    name: 'a signature under another id',
    headers: { ...signed(bytesOf(EVENT)), 'webhook-id': 'msg-2' },
    reason: 'signature',
  },
  {
    name: 'a signature without its time',
    headers: { 'webhook-id': 'm', 'webhook-signature': 'v1,AAAA' },
    reason: 'signature',
  },
  {
    name: 'a signature of 6 minutes ago',
    headers: signed(bytesOf(EVENT), 'm', NOW - 6 * MINUTE),
    reason: 'stale',
  },
  {
    name: 'a signature 6 minutes ahead',
    headers: signed(bytesOf(EVENT), 'm', NOW + 6 * MINUTE),
    reason: 'stale',
  },
  { name: 'a wrong bearer token', headers: { authorization: `Bearer ${SECRET}x` }, reason: 'signature' },
  { name: 'an empty bearer token', headers: { authorization: 'Bearer ' }, reason: 'signature' },
  { name: 'the secret by Basic', headers: { authorization: `Basic ${SECRET}` }, reason: 'signature' },
];
for (const { name, headers, reason } of strangers) {
  test(`a stranger: ${name}`, async () => {
    await using hooks = await startHooks();
    const answer = await hooks.post(EVENT, { headers: { 'content-type': 'application/json', ...headers } });
    assert.equal(answer.status, 401);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    assert.ok(!JSON.stringify(answer.json()).includes(SECRET));
    assert.deepEqual(hooks.accepted, []);
    assert.deepEqual(await hooks.rejected(), { [reason]: 1 });
  });
}

test('a stranger learns nothing of what is wrong with the body', async () => {
  await using hooks = await startHooks();
  const headers = { 'content-type': 'application/json' };
  const bodies = ['{', JSON.stringify({ id: 1 }), JSON.stringify(EVENT)];
  const answers = await Promise.all(bodies.map((body) => hooks.post(body, { headers })));
  assert.equal(new Set(answers.map((answer) => JSON.stringify(answer.json()))).size, 1);
});

for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
  test(`the secret as "${scheme} …" is enough`, async () => {
    await using hooks = await startHooks();
    for (const [channel, secret] of [
      ['site', SECRET],
      ['script', BEARER_SECRET],
    ] as const) {
      const headers = { authorization: `${scheme} ${secret}` };
      assert.equal((await hooks.post({ ...EVENT, id: channel }, { channel, headers })).status, 202);
    }
  });
}

test('the secret of one channel opens no other', async () => {
  await using hooks = await startHooks();
  assert.equal((await hooks.post(EVENT, { channel: 'script' })).status, 401);
  const headers = { authorization: `Bearer ${BEARER_SECRET}` };
  assert.equal((await hooks.post(EVENT, { headers })).status, 401);
});

test('a replay of the same body is taken for duplicates; of another body it is forged', async () => {
  await using hooks = await startHooks();
  const headers = { 'content-type': 'application/json', ...signed(bytesOf(EVENT)) };
  assert.deepEqual((await hooks.post(EVENT, { headers })).json(), { accepted: 1, duplicates: 0 });
  assert.deepEqual((await hooks.post(EVENT, { headers })).json(), { accepted: 0, duplicates: 1 });
  assert.equal((await hooks.post({ ...EVENT, id: 'm-2' }, { headers })).status, 401);
  assert.equal(hooks.accepted.length, 1);
});

for (const channel of ['nothing', 'SITE', 'site%00', '__proto__', '..%2Fsite', '%D1%8F', 'x'.repeat(100)]) {
  test(`there is no channel ${channel.slice(0, 20)}`, async () => {
    await using hooks = await startHooks();
    const answer = await hooks.post(EVENT, { channel });
    assert.equal(answer.status, 404);
    assert.match(answer.json().detail, /otklik\.yaml/);
    assert.deepEqual(await hooks.rejected(), { unknown_channel: 1 });
  });
}

for (const channel of ['', 'x'.repeat(5_000), '%zz', 'site/more']) {
  test(`an address that is none is the sender’s fault: /hooks/${channel.slice(0, 20)}`, async () => {
    await using hooks = await startHooks();
    const { status } = await hooks.post(EVENT, { channel });
    assert.ok(status >= 400 && status < 500, `${status}`);
  });
}

for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
  test(`${method} is told to POST`, async () => {
    await using hooks = await startHooks();
    const { status, headers } = await hooks.post('', { method, headers: {} });
    assert.deepEqual([status, headers.allow], [405, 'POST']);
    assert.deepEqual(hooks.accepted, []);
  });
}

test('a text of 1 MiB is too large', async () => {
  await using hooks = await startHooks();
  const answer = await hooks.post({ ...EVENT, text: 'x'.repeat(MAX_BODY_BYTES) });
  assert.equal(answer.status, 413);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  assert.match(answer.json().detail, /1 MiB/);
  assert.deepEqual(await hooks.rejected(), { too_large: 1 });
});

test('a body of exactly 1 MiB is taken, and one byte more is not', async () => {
  await using hooks = await startHooks();
  const room = MAX_BODY_BYTES - bytesOf({ ...EVENT, text: '' }).length;
  assert.equal((await hooks.post({ ...EVENT, text: 'x'.repeat(room) })).status, 202);
  assert.equal((await hooks.post({ ...EVENT, text: 'x'.repeat(room + 1) })).status, 413);
});

test('a chunked body that grows over 1 MiB is stopped', { timeout: 10_000 }, async () => {
  await using hooks = await startHooks();
  await hooks.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = hooks.app.server.address() as AddressInfo;
  const sending = request({ host: '127.0.0.1', port, path: '/hooks/site', method: 'POST' });
  sending.on('error', () => undefined); // the server may hang up while we still send
  const chunk = 'x'.repeat(65_536);
  for (let sent = 0; sent <= MAX_BODY_BYTES; sent += chunk.length) sending.write(chunk);
  const [response] = await once(sending, 'response');
  assert.equal(response.statusCode, 413);
  sending.destroy();
});

test('when nothing can keep the events, the sender is asked to try again', async () => {
  await using hooks = await startHooks({
    accept: () => Promise.reject(new Error('no space left on device')),
  });
  const answer = await hooks.post(EVENT);
  assert.equal(answer.status, 503);
  assert.equal(answer.headers['retry-after'], '5');
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  assert.ok(!JSON.stringify(answer.json()).includes('no space left'), 'what is wrong with us is in our log');
  assert.deepEqual(await hooks.rejected(), { unavailable: 1 });
});

test('no answer is given before the events are kept (law 8)', async () => {
  const kept = Promise.withResolvers<Kept>();
  const asked = Promise.withResolvers<void>();
  await using hooks = await startHooks({
    accept: () => {
      asked.resolve();
      return kept.promise;
    },
  });
  let answered = false;
  const answer = hooks.post(EVENT).finally(() => {
    answered = true;
  });
  await asked.promise;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answered, false);
  kept.resolve({ accepted: 1, duplicates: 0, fresh: [] });
  assert.equal((await answer).status, 202);
});

test('a channel over its rate is asked to wait, and may go on a second later', async () => {
  await using hooks = await startHooks({ rate: 2 });
  const send = async (id: string) => (await hooks.post({ ...EVENT, id })).status;
  assert.deepEqual([await send('a'), await send('b'), await send('c')], [202, 202, 429]);
  const answer = await hooks.post({ ...EVENT, id: 'd' });
  assert.deepEqual([answer.status, answer.headers['retry-after']], [429, '1']);
  assert.deepEqual(await hooks.rejected(), { rate: 2 });
  assert.equal(hooks.accepted.length, 2);
  hooks.world.now += 1_000;
  assert.equal(await send('c'), 202);
});

test('one channel’s rate is not another’s', async () => {
  await using hooks = await startHooks({ rate: 1 });
  const headers = { authorization: `Bearer ${BEARER_SECRET}` };
  assert.equal((await hooks.post(EVENT)).status, 202);
  assert.equal((await hooks.post(EVENT)).status, 429);
  assert.equal((await hooks.post({ ...EVENT, id: 'x' }, { channel: 'script', headers })).status, 202);
});

test('a stranger cannot use up a channel’s rate', async () => {
  await using hooks = await startHooks({ rate: 1 });
  for (let forged = 0; forged < 10; forged++)
    assert.equal((await hooks.post(EVENT, { headers: {} })).status, 401);
  assert.equal((await hooks.post(EVENT)).status, 202);
});

const pathsOf = (errors: { path: string }[]) => errors.map(({ path }) => path);
