import assert from 'node:assert/strict';
import type { Event } from '@otklik/domain';
import { describe, it } from 'vitest';
import { CloudWorld, cloudSample, RECEIVED_AT } from './testing/world.ts';

async function eventsOf(body: unknown, world = new CloudWorld()): Promise<readonly Event[]> {
  const received = await world.post(body);
  assert.ok(received.outcome === 'accepted');
  assert.equal(received.quarantine, null);
  return received.delivery.events;
}

const told = (events: readonly Event[]) =>
  events.map((event) => {
    const what = event.kind === 'message' ? event.text : event.kind;
    return `${event.side} ${event.thread} ${event.id} ${what}`;
  });

const BSUID = 'RU.1502576394655843';

/** As side, thread, id, words or kind. */
const BECOMES: Record<string, string[]> = {
  text: [`client ${BSUID} wamid.AAA Есть в наличии?`],
  image: [`client ${BSUID} wamid.AAA Такое есть?`],
  voice: [`client ${BSUID} wamid.AAA null`],
  sticker: [`client ${BSUID} wamid.AAA null`],
  location: [`client ${BSUID} wamid.AAA null`],
  contacts: [`client ${BSUID} wamid.AAA null`],
  button: [`client ${BSUID} wamid.AAA Да, подтверждаю`],
  list: [`client ${BSUID} wamid.AAA Доставка`],
  order: [`client ${BSUID} wamid.AAA null`],
  'from-ad': [`client ${BSUID} wamid.AAA Здравствуйте! Расскажите подробнее`],
  unsupported: [`client ${BSUID} wamid.AAA null`],
  'unsupported-reaction': [`client ${BSUID} wamid.AAA reaction`],
  'unsupported-pin': [],
  'unsupported-poll': [`client ${BSUID} wamid.AAA null`],
  'without-number': [`client ${BSUID} wamid.AAA Добрый день`],
  reaction: [`client ${BSUID} wamid.AAA reaction`],
  group: ['client group/Y2FwaV9ncm91cDox wamid.AAA Есть в наличии?'],
  'group-echo': ['employee group/Y2FwaV9ncm91cDox wamid.BBB Да, осталось две.'],
  welcome: [],
  revoke: [`client ${BSUID} wamid.CCC deletion`],
  edit: [],
  'number-changed': [],
  'id-changed': [],
  statuses: [],
  failed: [],
  echo: ['employee 79161234567 wamid.BBB Да, осталось две.'],
  'echo-revoke': ['employee 79161234567 wamid.EEE deletion'],
  'echo-edit': [],
  'standby-echo': ['bot 79161234567 wamid.GGG Я помощник магазина.'],
  'standby-message': [`client ${BSUID} wamid.HHH Позовите человека`],
  history: [],
  disabled: [],
  reinstated: [],
  restricted: [],
  'partner-removed': [],
  several: [`client ${BSUID} wamid.A1 Раз`, `client ${BSUID} wamid.A2 Два`, `employee ${BSUID} wamid.A3 Три`],
};

describe('what Meta posts', () => {
  for (const [name, expected] of Object.entries(BECOMES)) {
    it(`${name}: ${expected.length === 0 ? 'nothing' : expected[0]}`, async () => {
      assert.deepEqual(told(await eventsOf(cloudSample(name))), expected);
    });
  }

  for (const gesture of ['edit', 'pin', 'keep_in_chat', 'poll_update']) {
    it(`${gesture} that Meta cannot show is no turn, and no answer`, async () => {
      const text = JSON.stringify(cloudSample('unsupported-pin')).replace('"pin"', `"${gesture}"`);
      assert.deepEqual(told(await eventsOf(JSON.parse(text))), []);
      const echo = JSON.stringify(cloudSample('echo')).replace(
        '"type":"text"',
        `"type":"unsupported","unsupported":{"type":"${gesture}"}`,
      );
      assert.deepEqual(told(await eventsOf(JSON.parse(echo))), []);
    });
  }

  it('has the provider’s time, the attested number, the name and a link', async () => {
    const [event] = await eventsOf(cloudSample('text'));
    assert.ok(event?.kind === 'message');
    assert.deepEqual(
      [event.at, event.atSource, event.author, event.link],
      [
        1_795_410_000_000,
        'provider',
        { id: BSUID, name: 'Иван', phone: '+79161234567', email: null },
        'https://wa.me/79161234567',
      ],
    );
  });

  it('has no number where WhatsApp hides it', async () => {
    const [event] = await eventsOf(cloudSample('without-number'));
    assert.deepEqual(event?.author.phone, null);
  });

  it('goes to the channel of its number, whatever address it came to', async () => {
    const world = new CloudWorld();
    const body = JSON.parse(JSON.stringify(cloudSample('text')).replace('5560001', '5560002'));
    const [event] = await eventsOf(body, world);
    assert.equal(event?.channel, 'wa2');
    assert.ok(world.memory('wa2').values.size > 0);
    const strange = JSON.parse(JSON.stringify(cloudSample('text')).replace('5560001', '9'));
    const received = await world.post(strange);
    assert.ok(received.outcome === 'accepted');
    assert.match(received.quarantine ?? '', /no channel/);
  });

  it('is dated by our receipt when it has no time', async () => {
    const body = JSON.parse(JSON.stringify(cloudSample('text')).replace('"1795410000"', '"soon"'));
    const [event] = await eventsOf(body);
    assert.deepEqual([event?.at, event?.atSource], [RECEIVED_AT, 'arrival']);
  });
});

describe('one client', () => {
  it('is one conversation by number and by business-scoped id', async () => {
    const world = new CloudWorld();
    const known = [
      ...(await eventsOf(cloudSample('echo'), world)),
      ...(await eventsOf(cloudSample('text'), world)),
      ...(await eventsOf(cloudSample('without-number'), world)),
    ];
    assert.deepEqual(new Set(known.map(({ thread }) => thread)), new Set(['79161234567']));
  });

  it('speaks in a group apart from what they say in private', async () => {
    const world = new CloudWorld();
    const [inGroup] = await eventsOf(cloudSample('group'), world);
    const [alone] = await eventsOf(cloudSample('text'), world);
    assert.deepEqual([inGroup?.author.id, inGroup?.thread], [BSUID, 'group/Y2FwaV9ncm91cDox']);
    assert.deepEqual([alone?.author.id, alone?.thread], [BSUID, BSUID]);
  });

  it('stays one when they change their number', async () => {
    const world = new CloudWorld();
    await eventsOf(cloudSample('text'), world);
    await eventsOf(cloudSample('number-changed'), world);
    const later = JSON.parse(
      JSON.stringify(cloudSample('echo')).replace('"to":"79161234567"', '"to":"79167654321"'),
    );
    assert.deepEqual(
      (await eventsOf(later, world)).map(({ thread }) => thread),
      [BSUID],
    );
  });

  it('is one again when two names that were taken for two people turn out to be one’s', async () => {
    const world = new CloudWorld();
    await eventsOf(cloudSample('without-number'), world);
    await eventsOf(cloudSample('echo'), world);
    await eventsOf(cloudSample('text'), world);
    const [later] = await eventsOf(cloudSample('echo'), world);
    assert.equal(later?.thread, BSUID);
  });

  it('stays one when their business-scoped id becomes another', async () => {
    const world = new CloudWorld();
    await eventsOf(cloudSample('without-number'), world);
    await eventsOf(cloudSample('id-changed'), world);
    const later = JSON.stringify(cloudSample('echo')).replace(
      '"to":"79161234567"',
      '"to_user_id":"RU.2602576394655844"',
    );
    assert.deepEqual(
      (await eventsOf(JSON.parse(later), world)).map(({ thread }) => thread),
      [BSUID],
    );
  });
});

describe('a greeting', () => {
  it('that is in the config is a machine’s', async () => {
    const body = JSON.parse(
      JSON.stringify(cloudSample('echo')).replace('Да, осталось две.', 'Мы ответим вам утром'),
    );
    assert.deepEqual(
      (await eventsOf(body)).map(({ side }) => side),
      ['bot'],
    );
  });

  /** A client writes, and is answered `seconds` later. */
  async function greeted(world: CloudWorld, client: number, seconds: number): Promise<readonly Event[]> {
    const phone = String(79_160_000_000 + client);
    const of = (name: string, id: string, time: number) =>
      JSON.parse(
        JSON.stringify(cloudSample(name))
          .replaceAll('79161234567', phone)
          .replaceAll(BSUID, `RU.${phone}`)
          .replace(/wamid\.\w+/, id)
          .replace(/"17954100\d\d"/, `"${time}"`),
      );
    await eventsOf(of('text', `wamid.c${client}`, 1_795_410_000), world);
    return eventsOf(of('echo', `wamid.e${client}`, 1_795_410_000 + seconds), world);
  }

  it('is learned when the same words come within seconds in three chats, and the first two are taken back', async () => {
    const world = new CloudWorld();
    assert.deepEqual(
      (await greeted(world, 1, 1)).map(({ side }) => side),
      ['employee'],
    );
    assert.deepEqual(
      (await greeted(world, 2, 2)).map(({ side }) => side),
      ['employee'],
    );
    assert.deepEqual(
      (await greeted(world, 3, 1)).map((event) => [
        event.side,
        event.kind,
        event.kind === 'bounce' ? event.of : '',
      ]),
      [
        ['bot', 'message', ''],
        ['bot', 'bounce', 'wamid.e1'],
        ['bot', 'bounce', 'wamid.e2'],
      ],
    );
    assert.deepEqual(
      (await greeted(world, 4, 40)).map(({ side }) => side),
      ['bot'],
    );
  });

  it('is not what a person says again and again after having read', async () => {
    const world = new CloudWorld();
    for (const client of [1, 2, 3, 4]) {
      assert.deepEqual(
        (await greeted(world, client, 20)).map(({ side }) => side),
        ['employee'],
      );
    }
  });

  it('counts once however often it is delivered', async () => {
    const world = new CloudWorld();
    for (const client of [1, 1, 1, 2, 2]) {
      assert.deepEqual(
        (await greeted(world, client, 1)).map(({ side }) => side),
        ['employee'],
      );
    }
  });
});
