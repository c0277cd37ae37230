import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Event } from '@otklik/domain';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { PRIVACY } from '../testing/channelBase.ts';
import type { TelegramAccount } from './account.ts';
import { normaliseUpdate as normalise } from './normalise.ts';
import { accountOf, channelConfig } from './testing/account.ts';

function normaliseUpdate(update: unknown, account: TelegramAccount, receivedAt: number) {
  const { facts, history, ...rest } = normalise(update, { account, known: new Map(), receivedAt });
  assert.deepEqual([facts.size, history.size], [0, 0], 'nothing is to be remembered of private chats');
  return rest;
}

const NOON = 1_795_410_000_000;
const RECEIVED = NOON + 1_500;
const ANNA = 100_001;

const CHANNEL_ONLY = accountOf(channelConfig('http://127.0.0.1'));
const BOTH = { ...CHANNEL_ONLY, staff: { people: new Set([ANNA]) } };
const NOTIFY_ONLY = { ...BOTH, channel: null };

function sample(name: string): { update_id: number; message: Record<string, unknown> } {
  return JSON.parse(readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8'));
}

function turn(update: unknown, account = CHANNEL_ONLY): Event {
  const { events, staff, fault } = normaliseUpdate(update, account, RECEIVED);
  assert.deepEqual([staff, fault, events.length], [[], null, 1]);
  const [event] = events;
  assert.ok(event);
  return event;
}

function withMessage(fields: Record<string, unknown>): unknown {
  const { message, ...update } = sample('text');
  return { ...update, message: { ...message, ...fields } };
}

/** `press.json` by somebody else, in this chat. */
function pressBy(id: number, type = 'private'): unknown {
  const from = { id, is_bot: false, first_name: 'Иван' };
  const reply_markup = { inline_keyboard: [[{ text: 'Заказать', callback_data: 'order' }]] };
  const message = { message_id: 5, date: 1, chat: { id, type }, reply_markup };
  return { update_id: 731000112, callback_query: { id: 'q1', from, message, data: 'order' } };
}

describe('a client in the private chat', () => {
  it('says what stands on the button that they press', () => {
    for (const account of [CHANNEL_ONLY, BOTH]) {
      const event = turn(pressBy(200_002), account);
      assert.ok(event.kind === 'message');
      assert.deepEqual(
        [event.id, event.thread, event.side, event.author.name, event.text, event.at],
        ['200002:press/q1', '200002', 'client', 'Иван', 'Заказать', RECEIVED],
      );
    }
    const { events, staff, fault } = normaliseUpdate(pressBy(200_002, 'supergroup'), BOTH, RECEIVED);
    assert.deepEqual([events, staff, fault], [[], [], null]);
  });

  it('makes a turn with the provider’s identity, time and order', () => {
    assert.deepEqual(turn(sample('text')), {
      kind: 'message',
      channel: 'tg',
      id: '8880007:41',
      thread: '8880007',
      side: 'client',
      author: { id: '8880007', name: 'Иван Петров', phone: null, email: null },
      at: NOON,
      atSource: 'provider',
      receivedAt: RECEIVED,
      seq: 41,
      text: 'Здравствуйте! Есть в наличии?',
      wording: { formal: false, farewell: false, apology: false, thanks: false },
      link: 'https://t.me/ivan_p',
    });
  });

  const CONTENT = ['start', 'photo', 'own-contact', 'other-contact', 'ephemeral'];
  for (const name of CONTENT) {
    it(`makes a turn whatever the content: ${name}`, () => assert.equal(turn(sample(name)).side, 'client'));
  }

  for (const field of [
    'sticker',
    'voice',
    'location',
    'dice',
    'rich_message',
    'poll',
    'story',
    'checklist',
  ]) {
    it(`makes a turn by a ${field}, which has no words`, () => {
      const event = turn(withMessage({ text: undefined, [field]: {} }));
      assert.equal(event.kind === 'message' && event.text, null);
    });
  }

  it('is heard by the caption of a photo', () => {
    const event = turn(sample('photo'));
    assert.equal(event.kind === 'message' && event.text, 'Такой цвет');
  });

  it('is still the client when writing via an inline bot', () => {
    assert.equal(turn(withMessage({ via_bot: { id: 5, is_bot: true, first_name: 'gif' } })).side, 'client');
  });

  it('is a machine when Telegram says so', () => {
    assert.equal(turn(withMessage({ from: { id: 5, is_bot: true, first_name: 'x' } })).side, 'bot');
  });

  it('has the phone number that is attested to be their own, and no other', () => {
    assert.equal(turn(sample('own-contact')).author.phone, '+79990000001');
    assert.equal(turn(sample('other-contact')).author.phone, null);
    const own = { contact: { phone_number: '79990000001', first_name: 'Иван', user_id: 8880007 } };
    assert.equal(turn(withMessage(own)).author.phone, '+79990000001');
    const byBot = { via_bot: { id: 5, is_bot: true, first_name: 'cards' } };
    const passedOn = { forward_origin: { type: 'user', date: 1, sender_user: { id: 8880007 } } };
    for (const anybody of [byBot, passedOn])
      assert.equal(turn(withMessage({ ...own, ...anybody })).author.phone, null);
  });

  it('is linked to by id without a public name', () => {
    const event = turn(withMessage({ from: { id: 8880007, first_name: 'Иван' } }));
    assert.equal(event.kind === 'message' && event.link, 'tg://user?id=8880007');
  });

  it('cannot collide with another ephemeral message: all of them have the id 0', () => {
    const event = turn(sample('ephemeral'));
    assert.deepEqual([event.id, event.seq], ['8880007:u731000106', null]);
  });

  it('is kept as far as privacy allows', () => {
    const event = turn(sample('text'), { ...CHANNEL_ONLY, privacy: { ...PRIVACY, text: 'none' } });
    assert.equal(event.kind === 'message' && event.text, null);
  });

  it('has its words judged before privacy cuts them, and the company’s own formal replies are known', () => {
    const own = channelConfig('http://127.0.0.1');
    const channel = { ...own, policy: { ...own.policy, formalReplies: ['Заявка принята'] } };
    const account = { ...CHANNEL_ONLY, channel, privacy: { ...PRIVACY, text: 'none' as const } };
    const wordingOf = (text: string) => {
      const event = turn(withMessage({ text }), account);
      return event.kind === 'message' && event.text === null && event.wording;
    };
    const neutral = { formal: false, farewell: false, apology: false, thanks: false };
    assert.deepEqual(wordingOf('Спасибо, до свидания!'), { ...neutral, farewell: true });
    assert.deepEqual(wordingOf('заявка ПРИНЯТА.'), { ...neutral, formal: true });
    assert.deepEqual(wordingOf('Спасибо, а когда доставка?'), neutral);
  });

  it('never turned up later than we received it', () => {
    assert.equal(turn(withMessage({ date: NOON / 1000 + 60 })).at, RECEIVED);
  });

  it('is dated by our receipt when the provider gives no time', () => {
    const { at, atSource } = turn(withMessage({ date: 0 }));
    assert.deepEqual([at, atSource], [RECEIVED, 'arrival']);
  });

  it('sends no characters that a database refuses', () => {
    const event = turn(
      withMessage({ text: 'a\0b\ud800', from: { id: 1, is_bot: false, first_name: 'И\0ван\udc00' } }),
    );
    assert.equal(event.kind === 'message' && event.text, 'ab\ufffd');
    assert.equal(event.author.name, 'Иван\ufffd');
  });
});

describe('what is no turn', () => {
  for (const name of ['edited', 'pinned', 'blocked']) {
    it(`gives nothing for a client’s channel: ${name}`, () => {
      const nothing = { events: [], staff: [], fault: null };
      assert.deepEqual(normaliseUpdate(sample(name), CHANNEL_ONLY, RECEIVED), nothing);
    });
  }

  it('gives nothing for a press of one of ours, under a ping of a bot that pings no more', () => {
    const account = { ...CHANNEL_ONLY, people: new Set([ANNA]) };
    assert.deepEqual(normaliseUpdate(sample('press'), account, RECEIVED), {
      events: [],
      staff: [],
      fault: null,
    });
  });

  it('keeps kinds that are not invented yet for a person to look at', () => {
    const strange = { events: [], staff: [], fault: 'unknown kind of update: telepathy' };
    assert.deepEqual(normaliseUpdate({ update_id: 1, telepathy: { id: 1 } }, BOTH, RECEIVED), strange);
  });

  it('says what is wrong with a message that it cannot read', () => {
    const { fault } = normaliseUpdate({ update_id: 1, message: { message_id: 'x' } }, BOTH, RECEIVED);
    assert.equal(fault, '/message/message_id is missing or has an unknown shape');
    assert.match(normaliseUpdate({ message: {} }, BOTH, RECEIVED).fault ?? '', /update_id/);
  });
});

it('a contact of somebody who is not on Telegram is said all the same', () => {
  const { message, ...rest } = sample('text') as { message: { text?: string } };
  const { text: _text, ...words } = message;
  const update = {
    ...rest,
    message: { ...words, contact: { phone_number: '+79160000001', first_name: 'Пётр' } },
  };
  assert.equal(normaliseUpdate(update, CHANNEL_ONLY, RECEIVED).events.length, 1);
});

describe('our own people', () => {
  it('write words, with the ping that they answer', () => {
    assert.deepEqual(normaliseUpdate(sample('reply-to-ping'), BOTH, RECEIVED), {
      events: [],
      fault: null,
      staff: [
        {
          kind: 'words',
          account: '700001',
          updateId: 731000110,
          from: ANNA,
          chat: ANNA,
          at: NOON,
          receivedAt: RECEIVED,
          message: 78,
          replyTo: 77,
          text: 'Да, две штуки',
          attached: null,
          album: null,
        },
      ],
    });
  });

  const attachedTo = (content: object) => {
    const { message, ...rest } = sample('reply-to-ping') as { message: { text?: string } };
    const { text: _text, ...words } = message;
    const update = { ...rest, message: { ...words, ...content } };
    const [staff] = normaliseUpdate(update, BOTH, RECEIVED).staff;
    return staff?.kind === 'words' ? staff.attached : undefined;
  };
  const file = (id: string, over: object = {}) => ({ file_id: id, file_unique_id: `u-${id}`, ...over });

  it('attach files, each with what Telegram tells of it', () => {
    const photo = [
      file('large', { width: 1_280, height: 960, file_size: 90_000 }),
      file('small', { width: 90, height: 67 }),
    ];
    assert.deepEqual(attachedTo({ photo }), {
      account: '700001',
      kind: 'photo',
      fileId: 'large',
      uniqueId: 'u-large',
      name: 'photo.jpg',
      mime: 'image/jpeg',
      size: 90_000,
      width: 1_280,
      height: 960,
      seconds: null,
    });
    const document = file('d', { file_name: 'a/b"\r\n\u0000.pdf', mime_type: 'application/pdf' });
    const { name, mime } = attachedTo({ document }) as { name: string; mime: string };
    assert.deepEqual([name, mime], ['a_b_.pdf', 'application/pdf']);
    const animation = file('a', { mime_type: 'video/mp4', duration: 3 });
    assert.equal(attachedTo({ animation, document: animation })?.kind, 'video');
    for (const kind of ['voice', 'audio', 'video'] as const)
      assert.equal(attachedTo({ [kind]: file(kind) })?.kind, kind);
  });

  it('attach what is no file, or none that can be read: it is told apart', () => {
    for (const [content, what] of [
      [{ sticker: file('s') }, 'sticker'],
      [{ location: { latitude: 1, longitude: 2 } }, 'location'],
      [{ venue: {}, location: {} }, 'location'],
      [{ contact: { phone_number: '1' } }, 'contact'],
      [{ poll: {} }, 'poll'],
      [{ video_note: file('v') }, 'video_note'],
      [{ dice: {} }, 'other'],
      [{ photo: [] }, 'other'],
      [{ document: { file_name: 'x' } }, 'other'],
      [{ paid_media: {}, photo: [file('p')] }, 'other'],
    ] as const)
      assert.deepEqual(attachedTo(content), { kind: 'other', what }, JSON.stringify(content));
    assert.equal(attachedTo({ text: 'Да' }), null);
  });

  it('press buttons', () => {
    const { staff, events } = normaliseUpdate(sample('press'), BOTH, RECEIVED);
    assert.deepEqual(events, []);
    assert.deepEqual(staff, [
      {
        kind: 'press',
        account: '700001',
        updateId: 731000111,
        from: ANNA,
        chat: ANNA,
        at: RECEIVED,
        receivedAt: RECEIVED,
        callbackId: '4430001',
        message: 77,
        data: 'take:01JABC',
      },
    ]);
  });

  it('press buttons of messages that the bot cannot read any more', () => {
    const { staff } = normaliseUpdate(sample('press-inaccessible'), BOTH, RECEIVED);
    assert.deepEqual(
      staff.map((update) => update.kind === 'press' && update.message),
      [12],
    );
  });

  it('tell of a person who blocks the bot, and who lets it write again', () => {
    const member = (status: string) => ({
      update_id: 731000113,
      my_chat_member: {
        chat: { id: ANNA, type: 'private' },
        from: { id: ANNA, is_bot: false, first_name: 'Анна' },
        date: 1_763_892_000,
        new_chat_member: { status, user: { id: 700001, is_bot: true, first_name: 'Отклик' } },
      },
    });
    const told = (status: string) =>
      normaliseUpdate(member(status), BOTH, RECEIVED).staff.map(
        (update) => update.kind === 'membership' && [update.from, update.isBlocked],
      );
    assert.deepEqual([told('kicked'), told('member')], [[[ANNA, true]], [[ANNA, false]]]);
  });

  it('keep their full words whatever is kept of clients’: they are sent on', () => {
    const account = { ...BOTH, privacy: { ...PRIVACY, text: 'none' as const } };
    const [words] = normaliseUpdate(sample('reply-to-ping'), account, RECEIVED).staff;
    assert.equal(words?.kind === 'words' && words.text, 'Да, две штуки');
  });

  it('are clients like all others in a bot that does not ping', () => {
    assert.equal(turn(sample('reply-to-ping')).side, 'client');
  });

  it('share the bot with clients, who stay clients', () =>
    assert.equal(turn(sample('text'), BOTH).side, 'client'));

  it('are everybody, strangers too, in a bot that only pings', () => {
    const { events, staff } = normaliseUpdate(sample('text'), NOTIFY_ONLY, RECEIVED);
    assert.deepEqual([events, staff.map(({ from }) => from)], [[], [8880007]]);
  });
});

describe('hostile updates', () => {
  const hostile = fc.oneof(
    fc.anything(),
    fc.record(
      { update_id: fc.integer(), message: fc.anything(), callback_query: fc.anything() },
      { requiredKeys: [] },
    ),
    fc
      .dictionary(
        fc.constantFrom('message_id', 'date', 'chat', 'from', 'text', 'caption', 'contact', 'photo'),
        fc.anything(),
      )
      .map((fields) => withMessage(fields)),
  );

  it('never make it throw', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(CHANNEL_ONLY, BOTH, NOTIFY_ONLY), (update, account) => {
        const { events, staff } = normaliseUpdate(update, account, RECEIVED);
        assert.ok(events.length + staff.length <= 1);
        for (const { at } of [...events, ...staff]) assert.ok(at <= RECEIVED && Number.isSafeInteger(at));
      }),
      { numRuns: 2_000 },
    );
  });
});
