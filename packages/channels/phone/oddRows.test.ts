import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type ApiRequest, serveApi } from '../testing/serveApi.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { keepAsideOnce } from './readRows.ts';
import { at, LineWorld } from './testing/lineWorld.ts';
import { type Api, clientOf } from './testing/listedRows.ts';
import { LISTS } from './testing/lists.ts';
import type { PhoneScript } from './testing/phoneProvider.ts';

const HOOK = 'https://otklik.example.ru/hooks/line';

/** A new world each time. */
async function withList(
  script: PhoneScript,
  play: (look: (api: Api) => Promise<LineWorld>) => Promise<void>,
  numbers = '',
) {
  let now: Api = () => null;
  const served = await serveApi((asked) => now(asked));
  try {
    await play(async (api) => {
      now = api;
      const world = new LineWorld(script.yaml({ hook: HOOK, api: served.root }) + numbers);
      const { problem, gaps } = await world.look();
      if (problem || gaps.length > 0) throw new Error([problem, ...gaps].join());
      return world;
    });
  } finally {
    await served.close();
  }
}

/** `20261123T100000Z` */
const basic = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const missed = (nth: number) => `+${clientOf(nth)} 10:00:00 missed 10:00:20 waits`;
const OTHERS = [missed(1), missed(3)];
const ofOthers = (world: LineWorld) =>
  world
    .told()
    .filter((line) => OTHERS.includes(line))
    .sort();
const unread = (world: LineWorld) => world.aside.map(({ body }) => body);

describe.each(Object.entries(LISTS))('the list of %s', (_, { script, list, missed: row, ...about }) => {
  it('tells the others of a row that it cannot read, which is kept aside', () =>
    withList(script, async (look) => {
      const junk = about.isCsv ? { junk: 'junk' } : 'junk';
      const world = await look(list([row(1), junk, row(3)]));
      assert.deepEqual(world.told().sort(), OTHERS);
      assert.equal(unread(world).length, 1);
      assert.match(world.aside[0]?.reason ?? '', /a row of the list of calls of .+ cannot be read/);
    }));

  it('says of a row between colleagues nothing, whatever else is missing in it', () =>
    withList(script, async (look) => {
      if (about.inside === null) return;
      const world = await look(list([row(1), { ...row(2), ...about.inside }, row(3)]));
      assert.deepEqual(world.told().sort(), OTHERS);
      assert.deepEqual(unread(world), []);
    }));

  it('is empty when there were no calls, and no fault', () =>
    withList(script, async (look) => {
      for (const none of about.nothing) {
        const world = await look(list(none as readonly unknown[]));
        assert.deepEqual([world.told(), unread(world)], [[], []]);
      }
    }));

  it('reads numbers that are texts and texts that are numbers', () =>
    withList(script, async (look) => {
      if (about.isCsv) return;
      const swapped = Object.fromEntries(
        Object.entries(row(1)).map(([name, value]) => {
          if (typeof value === 'number') return [name, String(value)];
          return [name, typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value];
        }),
      );
      const world = await look(list([swapped, row(3)]));
      assert.deepEqual([world.told().sort(), unread(world)], [OTHERS, []]);
    }));

  it('with any field of a row destroyed tells the others as before, and reads the row or keeps it aside', () =>
    withList(script, async (look) => {
      const ruins = about.isCsv ? ['', 'junk'] : [undefined, null, '', 'junk', true, {}, 0, 1e308];
      for (const field of Object.keys(row(2))) {
        for (const by of ruins) {
          const what = `${field}: ${JSON.stringify(by)}`;
          const world = await look(list([row(1), { ...row(2), [field]: by }, row(3)]));
          assert.deepEqual(ofOthers(world), OTHERS, what);
          const { saysNothing: none } = about;
          const isNone = none?.field === field && none.by === by;
          const isTold = world.told().length > 2;
          assert.ok(isTold !== unread(world).length > 0 || isNone, `${what} is lost, or told twice`);
        }
      }
    }));
});

describe.each([
  ['', ''],
  [', by our numbers', ', numbers: ["+74951234567"]'],
])('rows without what they can do without%s', (_, numbers) => {
  const told = async (provider: keyof typeof LISTS, over: object) => {
    const { script, list, missed: row } = LISTS[provider] ?? {};
    assert.ok(script && list && row);
    let lines: string[] = [];
    await withList(
      script,
      async (look) => {
        const world = await look(list([{ ...row(1), ...over }]));
        assert.deepEqual(unread(world), []);
        lines = world.told();
      },
      numbers,
    );
    return lines;
  };

  it('OnlinePBX: no accountcode, gateway, end or talk', async () => {
    const bare = { accountcode: undefined, gateway: undefined, end_stamp: undefined, user_talk_time: null };
    assert.deepEqual(await told('onlinepbx', bare), [missed(1)]);
    assert.deepEqual(await told('onlinepbx', { accountcode: 'missed' }), [missed(1)]);
  });

  it('OnlinePBX: no accountcode between colleagues, and of a call out', async () => {
    const inside = { accountcode: null, caller_id_number: '105', destination_number: '106' };
    assert.deepEqual(await told('onlinepbx', inside), []);
    const out = { accountcode: null, caller_id_number: '105', destination_number: clientOf(1) };
    assert.deepEqual(await told('onlinepbx', out), []);
  });

  it('OnlinePBX: neither an end nor a length nor a cause: it rings', async () => {
    const goesOn = { end_stamp: null, duration: null, hangup_cause: null };
    assert.deepEqual(await told('onlinepbx', goesOn), [`+${clientOf(1)} 10:00:00 waits`]);
  });

  it('Beeline: no tracking id, nor direction where the status tells it', async () => {
    const untracked = { externalTrackingId: undefined };
    assert.deepEqual(await told('beeline', untracked), [missed(1)]);
    assert.deepEqual(await told('beeline', { ...untracked, direction: null, abonent: null }), [missed(1)]);
  });

  it('Beeline: two subscribers of whom one talked are one call without a tracking id too', async () => {
    const { script, list, missed: row } = LISTS.beeline ?? {};
    assert.ok(script && list && row);
    await withList(script, async (look) => {
      const untracked = { ...row(1), externalTrackingId: null };
      const talked = { ...untracked, status: 'RECEIVED', duration: 60_000, abonent: { extension: '102' } };
      const world = await look(list([untracked, talked]));
      assert.deepEqual(world.told(), [`+${clientOf(1)} 10:00:00 answered 10:00:00 by 102`]);
    });
  });

  it('MegaFon: missed is a status or a type', async () => {
    assert.deepEqual(await told('megafon', { type: undefined, user: null, diversion: null }), [missed(1)]);
    assert.deepEqual(await told('megafon', { type: 'missed', status: undefined }), [missed(1)]);
  });
});

describe('pages', () => {
  it('Bitrix24 goes past a page of which no id can be read, and no page twice', () =>
    withList(LISTS.bitrix24?.script as PhoneScript, async (look) => {
      const { list, missed: row } = LISTS.bitrix24 as NonNullable<(typeof LISTS)[string]>;
      const [odd, whole] = [{ ...row(2), ID: {}, CALL_TYPE: null }, row(1)];
      const asked: unknown[] = [];
      const world = await look((request) => {
        const { FILTER, start = 0 } = JSON.parse(request.body) as { FILTER: object; start?: number };
        asked.push([Object.values(FILTER).at(-1), start]);
        const page = list(start === 0 ? [odd] : [whole], start === 0 ? { next: 1 } : {});
        return page(request);
      });
      assert.deepEqual(asked, [
        [0, 0],
        [0, 1],
      ]);
      assert.deepEqual([world.told(), unread(world)], [[missed(1)], [odd]]);
    }));

  it('a page that is odd from end to end is not the last', () =>
    withList(LISTS.zadarma?.script as PhoneScript, async (look) => {
      const { list, missed: row } = LISTS.zadarma as NonNullable<(typeof LISTS)[string]>;
      const world = await look(list([...Array.from({ length: 1_000 }, (_, nth) => ({ nth })), row(1)]));
      assert.deepEqual([world.told(), unread(world).length], [[missed(1)], 1_000]);
    }));

  it.each([
    ['onlinepbx', ({ body }: ApiRequest) => new URLSearchParams(body)],
    ['megafon', ({ url }: ApiRequest) => url.searchParams],
  ] as const)('%s, which has no pages, is asked again where its answer is cut off', (provider, asked) =>
    withList(LISTS[provider]?.script as PhoneScript, async (look) => {
      const { list, missed: row } = LISTS[provider] as NonNullable<(typeof LISTS)[string]>;
      const all = Array.from({ length: 1_500 }, (_, nth) => {
        const began = at('09:50:00') + nth * 2_000;
        const times = { start_stamp: began / 1_000, start: new Date(began).toISOString() };
        return { began, row: { ...row(1), ...times, end_stamp: null, uuid: `u${nth}`, uid: `c${nth}` } };
      });
      const world = await look((request) => {
        const form = asked(request);
        const [from = 0, to = 0] = [...form.values()].map((text) =>
          /^\d{10}$/.test(text) ? Number(text) * 1_000 : basic(text),
        );
        const found = all.filter(({ began }) => began >= from && began <= to).map((each) => each.row);
        return list(found.slice(0, 1_000))(request);
      });
      const calls = new Set(world.events.map((event) => event.kind === 'call' && event.call.id));
      assert.equal(calls.size, 1_500);
    }),
  );

  it('Twilio that gives the same next page for ever is refused in the end', () =>
    withList(LISTS.twilio?.script as PhoneScript, async (look) => {
      const { list, missed: row } = LISTS.twilio as NonNullable<(typeof LISTS)[string]>;
      const around: Api = (request) => list([row(1)], { next_page_uri: request.url.pathname })(request);
      await assert.rejects(look(around), /too many calls for one look/);
    }));
});

describe('an answer that is no list is a refusal', () => {
  const refused: readonly (readonly [string, (asked: URL) => string, RegExp])[] = [
    ['onlinepbx', () => '{"status":"0","comment":"no rights"}', /does not let us in/],
    ['beeline', ({ pathname }) => (/subscription$/.test(pathname) ? SUBSCRIBED : '{}'), /its statistics/],
    ['twilio', () => '{"calls":{}}', /its list of calls/],
    ['uis', () => '{"error":{"message":"no rights"}}', /no rights/],
    ['zadarma', () => '{"status":"error","message":"no"}', /its statistics/],
    ['bitrix24', () => '{"error":"insufficient_scope"}', /telephony/],
    ['megafon', () => '{"error":"no"}', /its history/],
    ['mango', ({ pathname }) => (/request$/.test(pathname) ? '{"key":"k"}' : '{"code":1}'), /its statistics/],
  ];
  it.each(refused)('%s', (provider, body, said) =>
    withList(LISTS[provider]?.script as PhoneScript, async (look) => {
      await assert.rejects(
        look(({ url }) => ({ body: body(url) })),
        said,
      );
    }),
  );
});
const SUBSCRIBED = '{"subscriptionId":"s","expires":86400}';

it('OnlinePBX lets in and then refuses its history', () =>
  withList(LISTS.onlinepbx?.script as PhoneScript, async (look) => {
    const api: Api = ({ url }) => ({
      body: url.pathname.endsWith('auth.json') ? '{"data":{"key_id":"i","key":"k"}}' : '{"status":"0"}',
    });
    await assert.rejects(look(api), /does not give its history/);
  }));

it('a row is kept aside once, however often the list shows it', async () => {
  const world = new TestWorld();
  const keep = keepAsideOnce(world);
  const odd = { row: { at: at('10:00:00') }, reason: 'odd' };
  await keep([odd, odd]);
  await keep([
    { ...odd, row: { at: at('10:00:00') } },
    { ...odd, row: { at: at('10:00:01') } },
  ]);
  assert.equal(world.quarantined.length, 2);
});
