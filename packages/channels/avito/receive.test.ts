import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { HookDeps } from '../testing/hookWorld.ts';

const KEY = 'the-key-of-this-test-1';
const AT = Date.parse('2026-11-23T10:00:00Z') / 1_000;

/** V3 of developers.avito.ru/api-catalog/messenger/documentation. */
const bodyOf = (more: object) => ({
  id: 'e-1',
  version: 'v3.0.0',
  timestamp: AT,
  payload: {
    type: 'message',
    value: {
      id: 'm-1',
      chat_id: 'u2i-1',
      user_id: 111,
      author_id: 222,
      created: AT,
      type: 'text',
      chat_type: 'u2i',
      content: { text: 'Ещё продаёте?' },
      item_id: 333,
      published_at: '2026-11-23T10:00:00Z',
      ...more,
    },
  },
});

describe('a webhook of Avito', () => {
  const world = () =>
    new HookDeps(`kind: avito, user_id: "111", client_id: cl, client_secret: the-secret, key: ${KEY}`);
  const keyed = { path: `?key=${KEY}` };

  /** Body to kind, side, id. */
  const TABLE: [string, object, string[]][] = [
    ['a client’s words', {}, ['message client m-1']],
    ['a client’s words between people', { chat_type: 'u2u' }, ['message client m-1']],
    ['words of Avito itself', { chat_type: 'a2u' }, []],
    ['words under our own number', { author_id: 111 }, ['message unknown m-1']],
    ['a picture', { type: 'image', content: { image: { sizes: {} } } }, ['message client m-1']],
    ['a voice message', { type: 'voice', content: { voice: { voice_id: 'v' } } }, ['message client m-1']],
    ['a file, of which Avito tells nothing', { type: 'file', content: {} }, ['message client m-1']],
    ['a notice of the system', { type: 'system', author_id: 0, content: { text: 'Чат закрыт' } }, []],
    ['a notice under the number 1', { author_id: 1 }, []],
    [
      'a bot of Avito’s',
      { type: 'system', content: { text: 'Скидка', flow_id: 'seller_audience_discount' } },
      [],
    ],
    [
      'an auto-reply',
      { author_id: 111, content: { text: 'Мы ответим', flow_id: 'flower_161071' } },
      ['message bot m-1'],
    ],
    [
      'a call that we missed',
      { type: 'call', content: { call: { status: 'missed', target_user_id: 111 } } },
      ['call client m-1/ended'],
    ],
    [
      'a call that the client missed',
      { type: 'call', author_id: 111, content: { call: { status: 'missed', target_user_id: 222 } } },
      [],
    ],
    ['a call of which nobody says how it ended', { type: 'appCall', content: {} }, []],
    ['words taken back by the client', { type: 'deleted', content: {} }, ['deletion client m-1/deleted']],
    [
      'words taken back by us',
      { type: 'deleted', author_id: 111, content: {} },
      ['deletion employee m-1/deleted'],
    ],
  ];
  for (const [what, more, told] of TABLE)
    it(`tells ${what}`, async () => {
      const avito = world();
      assert.equal(await avito.post(bodyOf(more), keyed), 200);
      assert.deepEqual(
        avito.events.map(({ kind, side, id }) => `${kind} ${side} ${id}`),
        told,
      );
      assert.deepEqual(avito.faults, []);
    });

  it('gives the provider’s time and a link into the chat', async () => {
    const avito = world();
    await avito.post(bodyOf({}), keyed);
    const [event] = avito.events;
    assert.deepEqual(
      [event?.at, event?.thread, event?.kind === 'message' && event.link],
      [AT * 1_000, 'u2i-1', 'https://www.avito.ru/profile/messenger/channel/u2i-1'],
    );
  });

  it('takes a call in the app that we missed for a missed call', async () => {
    const avito = world();
    await avito.post(
      bodyOf({ type: 'call', content: { call: { status: 'missed', target_user_id: 111 } } }),
      keyed,
    );
    const [event] = avito.events;
    assert.deepEqual(event?.kind === 'call' && [event.call.outcome, event.call.direction], ['missed', 'in']);
    assert.deepEqual(avito.waits(), ['u2i-1 10:00:00 waits']);
  });

  it('is refused without the key, and kept aside when it is of another account or of an unknown kind', async () => {
    const avito = world();
    assert.equal(await avito.post(bodyOf({})), 401);
    assert.equal(await avito.post(bodyOf({ user_id: 999 }), keyed), 200);
    assert.equal(await avito.post({ payload: { type: 'telepathy', value: {} } }, keyed), 200);
    assert.deepEqual([avito.events.length, avito.faults.length], [0, 2]);
    assert.equal(await avito.postSample(), 200);
    assert.equal(avito.events.length, 1);
  });
});
