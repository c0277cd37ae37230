import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, it } from 'vitest';
import type { LocalizedText, Sent } from '../channel.ts';
import type { OutgoingFile } from '../files.ts';
import { AWAY } from '../testing/awayMemory.ts';
import { contractConfig } from '../testing/contractConfig.ts';
import { HookDeps } from '../testing/hookWorld.ts';
import { metaChannel } from './channel.ts';
import type { MetaChannel } from './config.ts';
import { pollMeta } from './poll.ts';

const NOW = Date.parse('2026-11-23T11:00:00Z');
const HOUR = 3_600_000;
type Answer = readonly [status: number, body: object];

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** `asked`: method and address. */
async function meta(platform: MetaChannel['platform'], answer: (method: string, path: string) => Answer) {
  const asked: string[] = [];
  const forms: FormData[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    asked.push(`${method} ${url}`);
    const type = request.headers['content-type'] ?? '';
    const posted = await buffer(request);
    if (type.startsWith('multipart/'))
      forms.push(await new Response(posted, { headers: { 'content-type': type } }).formData());
    const [status, body] = answer(method, url.split('?')[0] ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: m, kind: meta, owner: olga, platform: ${platform}, account_id: "900", app_secret: the-app-secret, verify_token: only-we-know, token: the-token, api_root: "http://127.0.0.1:${port}" }]
`);
  const channel = config.channels.get('m');
  if (channel?.kind !== 'meta') throw new Error('no such channel');
  const reading = pollMeta(channel, config, { now: () => NOW, memory: AWAY });
  const look = (from = NOW - HOUR) => reading({ from, to: NOW }, new AbortController().signal);
  const send = async (text: string, file?: OutgoingFile): Promise<Sent | undefined> =>
    metaChannel.send?.(
      channel,
      { id: 'o-1', thread: '55', text, ...(file && { file }) },
      { memory: AWAY, now: () => NOW, viaListener: () => Promise.reject(new Error('no listener')) },
    );
  return { asked, forms, channel, look, send, api: `http://127.0.0.1:${port}` };
}

const said = (over: object = {}) => ({
  id: 'm1',
  from: { id: '55' },
  created_time: '2026-11-23T10:30:00+0000',
  message: 'Есть?',
  ...over,
});
const conversation = (messages: object[], over: object = {}) => ({
  updated_time: '2026-11-23T10:30:00+0000',
  participants: { data: [{ id: '900' }, { id: '55' }] },
  messages: { data: messages },
  ...over,
});
const words = (gaps: readonly LocalizedText[] = []): string => gaps.map(({ en }) => en).join('; ');
const ALL = ['messages', 'message_echoes', 'messaging_postbacks', 'standby', 'feed'];

describe('the list of conversations', () => {
  it('is read although a message or a conversation of it is odd, and says so', async () => {
    const list = [
      conversation([said({ id: 'm0', from: undefined }), said()]),
      conversation([said({ id: 'm2' })], { updated_time: undefined }),
      conversation([said({ id: 'm3' })]),
    ];
    const { look } = await meta('instagram', (_method, path) => [
      200,
      { data: path.endsWith('/conversations') ? list : [] },
    ]);
    const { events, gaps } = await look();
    assert.deepEqual(
      events.map(({ id, at }) => [id, new Date(at).toISOString()]),
      [
        ['m1', '2026-11-23T10:30:00.000Z'],
        ['m3', '2026-11-23T10:30:00.000Z'],
      ],
    );
    assert.match(words(gaps), /could not be read/);
  });

  it('is read page after page until it is older than what is asked for', async () => {
    let page = 0;
    const { look, asked } = await meta('instagram', (_method, path) => {
      if (!path.endsWith('/conversations')) return [200, { data: [] }];
      page += 1;
      const updated = page === 1 ? '2026-11-23T10:30:00+0000' : '2026-11-22T10:30:00+0000';
      const data = [conversation([said({ id: `m${page}` })], { updated_time: updated })];
      return [200, { data, paging: { next: 'there is more', cursors: { after: `c${page}` } } }];
    });
    assert.deepEqual(
      (await look()).events.map(({ id }) => id),
      ['m1'],
    );
    assert.equal(asked.filter((line) => line.includes('/conversations')).length, 2);
  });

  it('of Instagram is asked of whoever the token is of', async () => {
    const { look, asked } = await meta('instagram', () => [200, { data: [] }]);
    await look();
    assert.match(asked.join(), /^GET \/me\/conversations\?platform=instagram/);
  });
});

describe('the list of comments', () => {
  const AT = '2026-11-23T10:30:00+0000';
  const OLD = '2026-11-22T10:30:00+0000';
  const comment = (id: string, over: object = {}) => ({
    id,
    from: { id: '55' },
    message: 'Есть?',
    text: 'Есть?',
    created_time: AT,
    timestamp: AT,
    ...over,
  });
  const more = (data: object[], after: string) => ({ data, paging: { next: 'more', cursors: { after } } });
  /** By address; others are empty. */
  const listing = (platform: MetaChannel['platform'], lists: Readonly<Record<string, () => Answer>>) =>
    meta(platform, (_method, path) => {
      if (path.endsWith('/subscribed_apps')) return [200, { data: [{ subscribed_fields: ALL }] }];
      return lists[path]?.() ?? [200, { data: [] }];
    });
  const ids = (events: readonly { id: string; thread: string }[]) =>
    events.map(({ id, thread }) => `${id} in ${thread}`);

  it('of a page is asked under the posts that were written under, until they are older', async () => {
    let page = 0;
    const { look, asked } = await listing('messenger', {
      '/900/feed': () => [
        200,
        {
          data: [
            { id: '900_1', updated_time: AT },
            { id: '900_2', updated_time: OLD },
          ],
        },
      ],
      '/900_1/comments': () => {
        page += 1;
        if (page === 1) return [200, more([comment('1_9', { parent: { id: '1_8' } })], 'c1')];
        return [200, more([comment('1_8'), comment('1_7', { created_time: OLD })], `c${page}`)];
      },
    });
    assert.deepEqual(ids((await look()).events), [
      'comment/1_8 in comment/1_8',
      'comment/1_9 in comment/1_8',
    ]);
    const under = asked.filter((line) => line.includes('/comments'));
    assert.equal(under.length, 2);
    assert.match(under.join(), /filter=stream&order=reverse_chronological/);
  });

  it('of Instagram is asked under the posts whose number of comments is another than before', async () => {
    let count = 1;
    const { look, asked } = await listing('instagram', {
      '/900/media': () => [
        200,
        {
          data: [
            { id: '17', comments_count: count },
            { id: '18', comments_count: 0 },
          ],
        },
      ],
      '/17/comments': () => [200, { data: [comment('5')] }],
    });
    const under = () => asked.filter((line) => line.includes('/comments')).length;
    assert.deepEqual(ids((await look()).events), ['comment/5 in comment/5']);
    await look(NOW - HOUR + 1);
    assert.equal(under(), 1, 'nothing changed');
    count = 2;
    await look(NOW - HOUR + 2);
    assert.equal(under(), 2, 'one came');
    await look(NOW - HOUR);
    assert.equal(under(), 3, 'whoever looks further back reads everything anew');
  });

  it('of Instagram shows a fresh answer under an old comment, page after page', async () => {
    const { look } = await listing('instagram', {
      '/900/media': () => [200, { data: [{ id: '17', comments_count: 3 }] }],
      '/17/comments': () => [
        200,
        { data: [comment('5', { timestamp: OLD, replies: more([comment('6', { timestamp: OLD })], 'r1') })] },
      ],
      '/5/replies': () => [200, { data: [comment('7')] }],
    });
    assert.deepEqual(ids((await look()).events), ['comment/7 in comment/5']);
  });

  it('that Meta refuses hides no message, and says which right is lacking', async () => {
    const { look } = await listing('instagram', {
      '/me/conversations': () => [200, { data: [conversation([said()])] }],
      '/900/media': () => [403, { error: { code: 10, message: 'no right' } }],
    });
    const { events, gaps } = await look();
    assert.deepEqual(
      events.map(({ id }) => id),
      ['m1'],
    );
    assert.match(words(gaps), /seen by webhook only .* give the token .* instagram_manage_comments/);
  });

  it('that goes on failing hides no message, and is read when it is back', async () => {
    let isDown = true;
    const { look } = await listing('instagram', {
      '/me/conversations': () => [200, { data: [conversation([said()])] }],
      '/900/media': () =>
        isDown ? [500, { error: { code: 2 } }] : [200, { data: [{ id: '17', comments_count: 1 }] }],
      '/17/comments': () => [200, { data: [comment('5')] }],
    });
    await assert.rejects(look(NOW - HOUR));
    await assert.rejects(look(NOW - HOUR + 1));
    const { events, gaps } = await look(NOW - HOUR + 2);
    assert.deepEqual(
      events.map(({ id }) => id),
      ['m1'],
    );
    assert.match(words(gaps), /comments of the list of Meta cannot be read for now/);
    isDown = false;
    assert.deepEqual(ids((await look(NOW - 1)).events), ['comment/5 in comment/5']);
  });

  it('has the posts of visitors, and what the page writes under them', async () => {
    const post = (id: string, from: string) => ({
      id,
      from: { id: from },
      message: 'Когда вы работаете?',
      created_time: AT,
      updated_time: AT,
    });
    const { look } = await meta('messenger', (_method, path) => {
      if (path.endsWith('/feed')) return [200, { data: [post('900_1', '55'), post('900_2', '900')] }];
      if (path.endsWith('/900_1/comments')) return [200, { data: [comment('1_8', { from: { id: '900' } })] }];
      return [200, { data: path.endsWith('/subscribed_apps') ? [{ subscribed_fields: ALL }] : [] }];
    });
    assert.deepEqual(
      (await look()).events.map(({ side, id, thread }) => `${side} ${id} in ${thread}`),
      ['unknown comment/1_8 in comment/900_1', 'client comment/900_1 in comment/900_1'],
    );
  });

  it('is read although a comment of it is odd, and says so', async () => {
    const { look } = await listing('messenger', {
      '/900/feed': () => [200, { data: [{ id: '900_1', updated_time: AT }] }],
      '/900_1/comments': () => [200, { data: [comment('1_9', { created_time: undefined }), comment('1_8')] }],
    });
    const { events, gaps } = await look();
    assert.deepEqual(ids(events), ['comment/1_8 in comment/1_8']);
    assert.match(words(gaps), /some comments of the list of Meta could not be read/);
  });
});

describe('the subscription of a page', () => {
  const page = (fields: string[] | null, post: Answer) =>
    meta('messenger', (method, path) => {
      if (!path.endsWith('/subscribed_apps')) return [200, { data: [] }];
      if (method === 'POST') return post;
      return [200, { data: fields === null ? [] : [{ id: '1', subscribed_fields: fields }] }];
    });
  const posted = (asked: readonly string[]) => asked.filter((line) => line.startsWith('POST'));
  const refused: Answer = [403, { error: { code: 200, message: 'no right' } }];

  it('is left alone when nothing is missing', async () => {
    const { look, asked } = await page([...ALL, 'mention'], refused);
    await look();
    assert.deepEqual(posted(asked), []);
  });

  it('is widened, and keeps what the app has besides', async () => {
    const { look, asked } = await page(['messages', 'mention'], [200, { success: true }]);
    await look();
    assert.deepEqual(posted(asked), [
      'POST /900/subscribed_apps?subscribed_fields=messages,mention,message_echoes,messaging_postbacks,standby,feed',
    ]);
  });

  it('that cannot be widened is a gap, and none at all an outage', async () => {
    const some = await page(['messages', 'feed'], refused);
    assert.match(
      words((await some.look()).gaps),
      /not subscribed to message_echoes, messaging_postbacks, standby/,
    );
    const none = await page(null, refused);
    await assert.rejects(none.look(), /does not take the token/);
  });
});

describe('an answer from a ping', () => {
  const failing = (error: object) => meta('messenger', () => [400, { error: { message: 'no', ...error } }]);
  const told = (sent: Sent | undefined): string =>
    `${sent?.outcome}: ${sent && 'problem' in sent ? sent.problem : ''}`;

  for (const [error, expected] of [
    [{ code: 10, error_subcode: 2018278 }, /^refused: the client wrote more than 24 hours ago/],
    [{ code: 10, error_subcode: 2534022 }, /^refused: the client wrote more than 24 hours ago/],
    [{ code: 200, error_subcode: 1545041 }, /^refused: Meta lets nobody write to this person/],
    [{ code: 190 }, /^refused: Meta does not take the token/],
    [{ code: 613 }, /^retry: /],
  ] as const)
    it(`that Meta refuses with ${JSON.stringify(error)}`, async () => {
      const { send } = await failing(error);
      assert.match(told(await send('Да')), expected);
    });

  it('has its file with it in Messenger, and its words after it', async () => {
    const { send, forms, asked, channel } = await meta('messenger', () => [200, { message_id: 'm9' }]);
    const facts = { name: 'Прайс.pdf', mime: 'application/pdf', width: null, height: null, seconds: null };
    const file = { kind: 'document', ...facts, bytes: Buffer.from('%PDF') } as const;
    assert.deepEqual(await send('Вот', file), { outcome: 'sent', id: 'm9', at: NOW });
    assert.deepEqual(asked, ['POST /900/messages', 'POST /900/messages']);
    const [form] = forms;
    const sent = form?.get('filedata');
    assert.ok(sent instanceof File && sent.name === 'Прайс.pdf' && (await sent.text()) === '%PDF');
    assert.deepEqual(JSON.parse(String(form?.get('recipient'))), { id: '55' });
    assert.deepEqual(JSON.parse(String(form?.get('message'))), {
      attachment: { type: 'file', payload: { is_reusable: false } },
    });
    assert.equal(metaChannel.carries?.(channel).document?.most, 25 * 1024 * 1024);
    const instagram = await meta('instagram', () => [200, {}]);
    assert.deepEqual(metaChannel.carries?.(instagram.channel), {});
  });

  it('fits into what Instagram takes', async () => {
    const { send, asked } = await meta('instagram', () => [200, { message_id: 'm9' }]);
    assert.match(told(await send('я'.repeat(501))), /^refused: Instagram takes no more than 1000 bytes/);
    assert.deepEqual(await send('я'.repeat(500)), { outcome: 'sent', id: 'm9', at: NOW });
    assert.deepEqual(asked, ['POST /me/messages']);
  });
});

describe('a message of which the webhook does not say who wrote', () => {
  const SECRET = 'the-app-secret';
  const edit = { timestamp: Date.parse('2026-11-23T10:30:00Z'), message_edit: { mid: 'm1', num_edit: 0 } };
  async function posted(keys: string): Promise<HookDeps> {
    const world = new HookDeps(
      `kind: meta, platform: instagram, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know${keys}`,
    );
    const text = JSON.stringify({ object: 'instagram', entry: [{ id: '900', messaging: [edit] }] });
    const signed = createHmac('sha256', SECRET).update(text).digest('hex');
    assert.equal(await world.post(text, { headers: { 'x-hub-signature-256': `sha256=${signed}` } }), 200);
    return world;
  }

  it('is read at once in the list of conversations', async () => {
    const { api } = await meta('instagram', () => [200, { data: [conversation([said()])] }]);
    const world = await posted(`, token: the-token, api_root: "${api}"`);
    assert.deepEqual([world.told(), world.faults], [['message client 55 m1 10:30:00'], []]);
  });

  it('is kept aside, saying so, where the list does not show it or there is no token', async () => {
    const { api } = await meta('instagram', () => [200, { data: [] }]);
    const unseen = await posted(`, token: the-token, api_root: "${api}"`);
    const unasked = await posted('');
    assert.deepEqual([unseen.told(), unasked.told()], [[], []]);
    assert.match(unseen.faults.join(), /does not show it yet/);
    assert.match(unasked.faults.join(), /set `token`/);
  });
});
