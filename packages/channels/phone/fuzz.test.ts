import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { XMLBuilder } from 'fast-xml-parser';
import { describe, it } from 'vitest';
import {
  AT,
  type Destroyed,
  destroyed,
  KEY,
  keyed,
  type Posted,
  RUNS,
  SECRET,
} from '../testing/destroyed.ts';
import { HookDeps } from '../testing/hookWorld.ts';
import { serveApi } from '../testing/serveApi.ts';
import { LineWorld } from './testing/lineWorld.ts';
import { clientOf } from './testing/listedRows.ts';
import { LISTS } from './testing/lists.ts';

const hexOf = (text: string): string => createHmac('sha1', SECRET).update(text).digest('hex');
/** A mutated body as form fields; what is not text becomes JSON. */
const fieldsOf = (told: unknown): Map<string, string> =>
  new Map(
    Object.entries(Object(told)).map(([name, value]) => [
      name,
      // As it comes back out of the form: lone surrogates are replaced.
      (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed(),
    ]),
  );
const form = (fields: ReadonlyMap<string, string>, { path = '', headers = {} }: Posted = {}): Posted => ({
  path,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams([...fields]).toString(),
});
const sending = (told: string): unknown => JSON.parse(told === '' ? 'null' : told);

/** How each exchange signs a form, whatever its content. */
const FORMS = {
  mango: (json: string) => {
    const sign = createHash('sha256').update(`the-key${json}${SECRET}`).digest('hex');
    return form(new Map(Object.entries({ vpbx_api_key: 'the-key', sign, json })), {
      path: '/events/summary',
    });
  },
  zadarma: (json: string) => {
    const fields = fieldsOf(sending(json));
    const names = fields.get('event')?.startsWith('NOTIFY_OUT')
      ? ['internal', 'destination', 'call_start']
      : ['caller_id', 'called_did', 'call_start'];
    const text = names.map((name) => fields.get(name) ?? '').join('');
    return form(fields, { headers: { signature: Buffer.from(hexOf(text)).toString('base64') } });
  },
  megafon: (json: string) => form(fieldsOf(sending(json)).set('crm_token', SECRET)),
  keyed: (json: string) => form(fieldsOf(sending(json)), keyed),
  twilio: (json: string) => {
    const fields = fieldsOf(sending(json));
    const text = [...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map((field) => field.join(''));
    const signature = createHmac('sha1', SECRET)
      .update(`https://otklik.example.ru/hooks/line${text.join('')}`)
      .digest('base64');
    return form(fields, { headers: { 'x-twilio-signature': signature } });
  },
} satisfies Record<string, (json: string) => Posted>;

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });
const xml = (json: string): Posted => ({
  path: keyed.path,
  headers: { 'content-type': 'application/xml' },
  body: builder.build(Object(sending(json))),
});
const beeline = (type: string, personality: string, over: object) => ({
  Event: {
    targetId: '9000000101@mpbx.example.ru',
    eventData: {
      '@type': `xsi:${type}`,
      call: {
        callId: 'a',
        extTrackingId: 't1',
        personality,
        remoteParty: { address: 'tel:+79160000001' },
        startTime: String(AT * 1_000),
        releaseTime: String(AT * 1_000 + 20_000),
        ...over,
      },
    },
  },
});
const mango = (over: object) => ({
  entry_id: 'e1',
  call_direction: 1,
  from: { number: '79160000001' },
  to: {},
  line_number: '74951234567',
  create_time: AT,
  talk_time: 0,
  end_time: AT + 20,
  disconnect_reason: 1110,
  ...over,
});
const EXCHANGES: readonly Destroyed[] = [
  {
    kind: 'phone, uis',
    yaml: `kind: phone, provider: uis, key: ${KEY}`,
    how: keyed,
    client: {
      event: 'lost',
      at: AT,
      call: 1,
      line: '74951234567',
      client: '79160000001',
      employee: null,
      talk: 0,
    },
    ours: {
      event: 'out_ended',
      at: AT,
      call: 2,
      line: '74951234567',
      client: '79160000001',
      employee: 7,
      talk: 30,
    },
  },
  {
    kind: 'phone, mango',
    yaml: `kind: phone, provider: mango, account: the-key, secret: ${SECRET}`,
    how: FORMS.mango,
    client: mango({}),
    ours: mango({
      call_direction: 2,
      from: { extension: '101' },
      to: { number: '79160000001' },
      talk_time: AT + 10,
    }),
  },
  {
    kind: 'phone, zadarma',
    yaml: `kind: phone, provider: zadarma, account: the-key, secret: ${SECRET}`,
    how: FORMS.zadarma,
    client: {
      event: 'NOTIFY_END',
      pbx_call_id: 'in_1',
      call_start: '2026-11-23 13:00:00',
      caller_id: '+79160000001',
      called_did: '74951234567',
      duration: '20',
      disposition: 'no answer',
    },
    ours: {
      event: 'NOTIFY_OUT_END',
      pbx_call_id: 'out_1',
      call_start: '2026-11-23 13:00:00',
      destination: '79160000001',
      internal: '101',
      duration: '30',
      disposition: 'answered',
    },
  },
  {
    kind: 'phone, megafon',
    yaml: `kind: phone, provider: megafon, secret: ${SECRET}`,
    how: FORMS.megafon,
    client: {
      cmd: 'event',
      type: 'INCOMING',
      callid: 'c1',
      phone: '79160000001',
      user: '101',
      direction: 'in',
      diversion: '74951234567',
    },
    ours: {
      cmd: 'history',
      type: 'out',
      status: 'Success',
      callid: 'c1',
      phone: '79160000001',
      user: '101',
      start: '20261123T100000Z',
      wait: '10',
      duration: '30',
    },
  },
  {
    kind: 'phone, sipuni',
    yaml: `kind: phone, provider: sipuni, key: ${KEY}`,
    how: FORMS.keyed,
    client: {
      event: '1',
      call_id: `${AT}.55`,
      src_num: '79160000001',
      src_type: '1',
      dst_type: '1',
      pbxdstnum: '74951234567',
      timestamp: String(AT),
    },
    ours: {
      event: '2',
      call_id: `${AT}.56`,
      src_num: '012345101',
      short_src_num: '101',
      src_type: '2',
      dst_num: '79160000001',
      dst_type: '1',
      status: 'ANSWER',
      timestamp: String(AT + 30),
      call_start_timestamp: String(AT),
      call_answer_timestamp: String(AT + 10),
    },
  },
  ...(['JSON', 'a form'] as const).map((how) => ({
    kind: `phone, onlinepbx, ${how}`,
    yaml: `kind: phone, provider: onlinepbx, account: acme.onpbx.ru, key: ${KEY}`,
    how: how === 'JSON' ? { path: keyed.path, headers: { 'content-type': 'application/json' } } : FORMS.keyed,
    client: {
      domain: 'acme.onpbx.ru',
      event: 'call_start',
      direction: 'inbound',
      uuid: 'u1',
      caller: '79160000001',
      callee: '101',
      date: String(AT),
    },
    ours: {
      domain: 'acme.onpbx.ru',
      event: 'call_end',
      direction: 'outbound',
      uuid: 'u2',
      caller: '101',
      callee: '79160000001',
      date: String(AT),
      dialog_duration: '30',
    },
  })),
  {
    kind: 'phone, twilio',
    yaml: `kind: phone, provider: twilio, account: AC1, secret: ${SECRET}`,
    how: FORMS.twilio,
    client: {
      AccountSid: 'AC1',
      CallSid: 'CA1',
      CallStatus: 'ringing',
      Direction: 'inbound',
      From: '+79160000001',
      To: '+74951234567',
      Timestamp: 'Mon, 23 Nov 2026 10:00:00 +0000',
    },
    ours: {
      AccountSid: 'AC1',
      CallSid: 'CA2',
      CallStatus: 'completed',
      Direction: 'outbound-api',
      From: 'client:101',
      To: '+79160000001',
      CallDuration: '30',
      Timestamp: 'Mon, 23 Nov 2026 10:00:00 +0000',
    },
  },
  {
    kind: 'phone, beeline',
    yaml: `kind: phone, provider: beeline, token: the-token, key: ${KEY}`,
    how: xml,
    client: beeline('CallReleasedEvent', 'Terminator', {}),
    ours: beeline('CallReleasedEvent', 'Originator', { answerTime: String(AT * 1_000 + 5_000) }),
  },
];

for (const each of EXCHANGES) destroyed(each);

const RUINS = [undefined, null, '', 'junk', true, {}, [], 1e308, '\u0000'];

describe.each(Object.entries(LISTS))(
  'destroyed rows of a list: phone, %s',
  (_, { script, list, missed, ...about }) => {
    it('hide none of the others, and are read or kept aside', async () => {
      let rows: readonly unknown[] = [];
      const served = await serveApi((asked) => list(rows)(asked));
      const fields = Object.keys(missed(2)).filter((field) => field !== about.saysNothing?.field);
      const ruin = fc.record({
        field: fc.constantFrom(...fields),
        by: fc.constantFrom(...(about.isCsv ? ['', 'junk'] : RUINS)),
      });
      const others = [1, 3].map((nth) => `+${clientOf(nth)} 10:00:00 missed 10:00:20 waits`);
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(ruin, { minLength: 1, maxLength: 4 }), async (ruins) => {
            const row = Object.fromEntries(ruins.map(({ field, by }) => [field, by]));
            rows = [missed(1), { ...missed(2), ...row }, missed(3)];
            const world = new LineWorld(
              script.yaml({ hook: 'https://otklik.example.ru/hooks/line', api: served.root }),
            );
            const { isRead, gaps } = await world.look();
            assert.ok(isRead && gaps.length === 0, gaps.join());
            const told = world.told();
            assert.deepEqual(told.filter((line) => others.includes(line)).sort(), others);
            const calls = new Set(world.events.map((event) => event.kind === 'call' && event.call.id)).size;
            assert.ok(calls > 2 !== world.aside.length > 0, 'it is told or kept aside');
          }),
          { numRuns: 100 },
        );
      } finally {
        await served.close();
      }
    });
  },
);

describe('destroyed text: phone, beeline', () => {
  const world = new HookDeps(`kind: phone, provider: beeline, token: the-token, key: ${KEY}`);
  const whole = builder.build(beeline('CallReleasedEvent', 'Originator', {})) as string;
  const place = fc.nat(whole.length);
  const junk = fc.constantFrom(
    '',
    '<',
    '>',
    '</',
    '<![CDATA[',
    '<!--',
    '<?',
    '&',
    '&#0;',
    '"',
    '\u0000',
    '\ud800',
    '<a>'.repeat(500),
  );

  it('never breaks the reader, nor makes a client’s turn of what we did', async () => {
    await fc.assert(
      fc.asyncProperty(place, place, junk, async (a, b, between) => {
        world.events.length = 0;
        const body = whole.slice(0, Math.min(a, b)) + between + whole.slice(Math.max(a, b));
        assert.equal(await world.post(body, keyed), 200);
        assert.deepEqual(
          world.events.filter(({ side }) => side === 'client'),
          [],
        );
      }),
      RUNS,
    );
  });
});
