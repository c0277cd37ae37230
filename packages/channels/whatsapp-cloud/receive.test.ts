import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { greetMeta } from '../provider/metaWebhook.ts';
import { mutated } from '../testing/mutations.ts';
import { CloudWorld, cloudSample, RECEIVED_AT } from './testing/world.ts';

const SAMPLES = readdirSync(new URL('samples/', import.meta.url))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''));

describe('Meta’s question whether the address is ours', () => {
  const { channel } = new CloudWorld();
  const asked = (query: Record<string, unknown>) => greetMeta(channel, query);
  const right = {
    'hub.mode': 'subscribe',
    'hub.verify_token': 'only-meta-and-we-know-this',
    'hub.challenge': '1158201444',
  };
  it('gets its challenge back', () => assert.deepEqual(asked(right), { status: 200, text: '1158201444' }));
  for (const wrong of [
    {},
    { ...right, 'hub.verify_token': 'guess' },
    { ...right, 'hub.verify_token': ['only-meta-and-we-know-this'] },
    { ...right, 'hub.mode': 'unsubscribe' },
    { ...right, 'hub.challenge': '<script>' },
  ])
    it(`is refused: ${JSON.stringify(wrong)}`, () => assert.equal(asked(wrong).status, 403));
});

describe('a body', () => {
  it('without Meta’s signature is refused', async () => {
    const world = new CloudWorld();
    for (const headers of [{}, { 'x-hub-signature-256': 'sha256=00' }, { 'x-hub-signature-256': '' }]) {
      const received = await world.post(cloudSample('text'), headers);
      assert.deepEqual(received.outcome === 'refused' && received.status, 401);
    }
    assert.equal(world.memory().values.size, 0);
  });

  it('that cannot be understood is kept aside and confirmed: Meta would repeat it for days', async () => {
    const world = new CloudWorld();
    for (const body of ['{', '[]', '{"object":"page","entry":[]}']) {
      const received = await world.post(body);
      assert.ok(received.outcome === 'accepted' && received.quarantine !== null);
      assert.equal(received.answer({ accepted: 0, duplicates: 0 }).status, 200);
    }
  });
});

describe('what Meta tells of the account', () => {
  const alertOf = (world: CloudWorld, channel = 'wa'): unknown =>
    JSON.parse(world.memory(channel).values.get('alert') ?? 'null');
  const disabled = (state: string): unknown =>
    JSON.parse(JSON.stringify(cloudSample('disabled')).replace('SCHEDULE_FOR_DISABLE', state));

  it('is remembered for the one who looks after the number: a warning, then the end', async () => {
    const world = new CloudWorld();
    await world.post(cloudSample('disabled'));
    assert.deepEqual(alertOf(world), { event: 'DISABLED_UPDATE', at: RECEIVED_AT, stops: false });
    await world.post(disabled('DISABLE'));
    assert.deepEqual(alertOf(world), { event: 'DISABLED_UPDATE', at: RECEIVED_AT, stops: true });
  });

  it('is over when it works again, which by itself is no alert', async () => {
    const world = new CloudWorld();
    await world.post(cloudSample('reinstated'));
    assert.equal(alertOf(world), null);
    await world.post(disabled('DISABLE'));
    await world.post(cloudSample('reinstated'));
    assert.equal(alertOf(world), null);
  });

  it('is no alert when clients are heard and answered as before', async () => {
    const world = new CloudWorld();
    await world.post(cloudSample('restricted'));
    assert.equal(alertOf(world), null);
    const text = JSON.stringify(cloudSample('restricted'));
    await world.post(
      text.replace('RESTRICTED_ADD_PHONE_NUMBER_ACTION', 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING'),
    );
    assert.deepEqual(alertOf(world), { event: 'ACCOUNT_RESTRICTION', at: RECEIVED_AT, stops: true });
  });

  it('touches the numbers of that account only', async () => {
    const world = new CloudWorld();
    const text = JSON.stringify(cloudSample('text'));
    await world.post(text);
    await world.post(text.replace('5560001', '5560002').replace('"1029"', '"1030"'));
    await world.post(cloudSample('partner-removed'));
    assert.ok(alertOf(world) !== null);
    assert.equal(alertOf(world, 'wa2'), null);
  });
});

describe('the first contact of a client', () => {
  it('told twice at once, by number and by both names, is one conversation', async () => {
    for (const [first, second] of [
      ['text', 'echo'],
      ['echo', 'text'],
    ] as const) {
      const world = new CloudWorld();
      await Promise.all([world.post(cloudSample(first)), world.post(cloudSample(second))]);
      const threads = [];
      for (const name of ['text', 'echo', 'without-number']) {
        const received = await world.post(cloudSample(name));
        assert.ok(received.outcome === 'accepted');
        threads.push(...received.delivery.events.map(({ thread }) => thread));
      }
      assert.equal(new Set(threads).size, 1, threads.join());
    }
  });

  it('is asked for again when another was faster', async () => {
    const world = new CloudWorld();
    const memory = world.memory();
    const { claim } = memory;
    // The echo is filed while the message with both names is read.
    memory.claim = async (values) => {
      memory.claim = claim;
      memory.values.set('person:79161234567', '79161234567');
      return memory.claim(values);
    };
    await world.post(cloudSample('text'));
    const received = await world.post(cloudSample('echo'));
    assert.ok(received.outcome === 'accepted');
    assert.deepEqual(
      received.delivery.events.map(({ thread }) => thread),
      ['RU.1502576394655843'],
    );
  });
});

describe('10,000 destroyed bodies', () => {
  for (const name of SAMPLES) {
    it(`${name}: no crash, no refusal, no turn out of nothing`, async () => {
      const turns = async (body: unknown) => {
        const received = await new CloudWorld().post(body);
        assert.ok(received.outcome === 'accepted');
        return received.delivery.events.filter(({ side, kind }) => side === 'client' && kind === 'message')
          .length;
      };
      // Without its mark a gesture may be words.
      const asItIs = name.startsWith('unsupported-') ? 1 : await turns(cloudSample(name));
      await fc.assert(
        fc.asyncProperty(mutated(cloudSample(name)), async (broken) => {
          assert.ok((await turns(broken)) <= asItIs);
        }),
        { numRuns: Math.ceil(10_000 / SAMPLES.length) },
      );
    });
  }
});
