import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { FakeGroup } from '../../../tests/fakes/telegram/group.ts';
import { sendToClient } from './send.ts';
import { IVAN, MARIA, OLGA, TelegramWorld } from './testing/world.ts';

const GROUP = -1_002_200_000_001;
const SHOP = -1_001_100_000_001;

let played: TelegramWorld;
beforeEach(async () => {
  played = await TelegramWorld.start();
});
afterEach(async () => {
  assert.deepEqual(played.telegram.violations, []);
  await played.close();
});

const group = (options: Partial<FakeGroup['options']> = {}) =>
  new FakeGroup(played.bot, GROUP, { title: 'Магазин', ...options });

describe('a group', () => {
  it('is one thread: an answer to the group answers whoever asked', async () => {
    const place = group();
    const asked = place.writes(IVAN, 'Сколько стоит?');
    place.writes(MARIA, 'И мне', { replyTo: asked });
    place.writes(OLGA, 'Сто рублей');
    assert.deepEqual(await played.told(3), [
      `client ${GROUP} Сколько стоит?`,
      `client ${GROUP} И мне`,
      `employee ${GROUP} Сто рублей`,
    ]);
  });

  it('hears an anonymous administrator as a person without a name, or with that of their signature', async () => {
    const place = group();
    place.writes('anonymous', 'Да, есть');
    place.writes('anonymous', 'Да, есть', { signature: 'Ольга' });
    await played.told(2);
    assert.deepEqual(
      played.events().map(({ side, author }) => [side, author.id, author.name]),
      [
        ['employee', null, null],
        ['employee', null, 'Ольга'],
      ],
    );
  });

  it('does not take whoever writes in the name of a channel of their own for one of us', async () => {
    group().writes({ channel: -1_009, title: 'Канал Ивана' }, 'Сколько стоит?');
    assert.deepEqual(await played.told(1), [`client ${GROUP} Сколько стоит?`]);
  });

  it('takes another bot’s words for a machine’s', async () => {
    const place = group();
    place.writes({ ...IVAN, id: 770_001 }, '');
    place.writes(IVAN, 'Есть кто?', { content: { from: { id: 9, is_bot: true, first_name: 'Робот' } } });
    assert.deepEqual(await played.told(1), [`bot ${GROUP} Есть кто?`]);
  });

  it('opens nothing when somebody joins or pins', async () => {
    const place = group();
    place.service({ new_chat_members: [{ id: 1, is_bot: false, first_name: 'А' }] });
    place.service({ pinned_message: { message_id: 1, date: 0, chat: { id: GROUP, type: 'supergroup' } } });
    place.writes(IVAN, 'Добрый день');
    assert.deepEqual(await played.told(1), [`client ${GROUP} Добрый день`]);
  });

  it('counts an album as one turn', async () => {
    const place = group();
    const album = { media_group_id: '137', photo: [{ file_id: 'a' }] };
    place.writes(IVAN, '', { content: { ...album, caption: 'Такое есть?' } });
    place.writes(IVAN, '', { content: album });
    place.writes(IVAN, '', { content: album });
    place.writes(OLGA, 'Есть');
    assert.deepEqual(await played.told(2), [`client ${GROUP} Такое есть?`, `employee ${GROUP} Есть`]);
  });

  it('has a thread for each forum topic', async () => {
    const place = group();
    place.writes(IVAN, 'Где заказ?', { topic: 12 });
    place.writes(MARIA, 'А мой?', { topic: 13 });
    place.writes(OLGA, 'Завтра', { topic: 12 });
    assert.deepEqual(await played.told(3), [
      `client ${GROUP}/t12 Где заказ?`,
      `client ${GROUP}/t13 А мой?`,
      `employee ${GROUP}/t12 Завтра`,
    ]);
  });

  it('keeps its threads when it becomes a supergroup, and is written to under its new id', async () => {
    const place = group();
    place.writes(IVAN, 'Вы тут?');
    await played.told(1);
    const moved = place.movesTo(-1_003_300_000_001);
    moved.writes(OLGA, 'Тут');
    assert.deepEqual(await played.told(2), [`client ${GROUP} Вы тут?`, `employee ${GROUP} Тут`]);
    const { channel, world, bot } = played;
    const sent = await sendToClient(channel, { thread: String(GROUP), text: 'Ещё вопросы?' }, world.memory);
    assert.equal(sent.outcome, 'sent');
    assert.deepEqual(
      bot.sentElsewhere.map(({ chat }) => chat),
      [moved.id],
    );
  });
});

describe('comments under a post', () => {
  it('are one thread per chain', async () => {
    const place = group({ linked: SHOP });
    const post = place.post('Новинки');
    const asked = place.writes(IVAN, 'Какая цена?', { replyTo: post });
    place.writes(MARIA, 'А размер?', { replyTo: post });
    const answer = place.writes(OLGA, 'Сто', { replyTo: asked });
    place.writes(IVAN, 'Дорого', { replyTo: answer });
    const chain = `${GROUP}/c${asked}`;
    assert.deepEqual(await played.told(4), [
      `client ${chain} Какая цена?`,
      `client ${GROUP}/c${asked + 1} А размер?`,
      `employee ${chain} Сто`,
      `client ${chain} Дорого`,
    ]);
    assert.deepEqual(new Set(played.events().map(({ kind }) => kind)), new Set(['comment']));
  });

  it('go on with their author’s chain when they answer nobody', async () => {
    const place = group({ linked: SHOP });
    const post = place.post('Новинки');
    const asked = place.writes(IVAN, 'Какая цена?', { replyTo: post });
    place.writes(IVAN, 'И доставка?', { replyTo: post });
    place.writes(OLGA, 'Сто, доставка бесплатно', { replyTo: post });
    const chain = `${GROUP}/c${asked}`;
    assert.deepEqual(await played.told(3), [
      `client ${chain} Какая цена?`,
      `client ${chain} И доставка?`,
      `employee ${chain} Сто, доставка бесплатно`,
    ]);
  });

  it('are answered in the name of the channel, while its posts are nobody’s turn', async () => {
    const place = group({ linked: SHOP });
    const post = place.post('Новинки');
    const asked = place.writes(IVAN, 'Какая цена?', { replyTo: post });
    place.writes({ channel: SHOP, title: 'Магазин' }, 'Сто', { replyTo: asked });
    assert.deepEqual(await played.told(2), [
      `client ${GROUP}/c${asked} Какая цена?`,
      `employee ${GROUP}/c${asked} Сто`,
    ]);
  });

  it('of a post from before the bot came are comments all the same', async () => {
    const place = group({ linked: SHOP });
    place.status = 'left';
    const post = place.post('Старое');
    const asked = place.writes(MARIA, 'Есть?', { replyTo: post });
    place.status = 'administrator';
    place.writes(IVAN, 'И мне надо', { replyTo: asked });
    assert.deepEqual(await played.told(1), [`client ${GROUP}/c${asked} И мне надо`]);
  });

  it('stay in their chains after a restart', async () => {
    const place = group({ linked: SHOP });
    const asked = place.writes(IVAN, 'Какая цена?', { replyTo: place.post('Новинки') });
    const more = place.writes(MARIA, 'Тоже интересно', { replyTo: asked });
    await played.told(2);
    await played.stopListening();
    place.writes(OLGA, 'Сто', { replyTo: more });
    played.listen();
    assert.equal((await played.told(3)).at(-1), `employee ${GROUP}/c${asked} Сто`);
  });

  it('are answered from a ping in their chain', async () => {
    const place = group({ linked: SHOP });
    const asked = place.writes(IVAN, 'Какая цена?', { replyTo: place.post('Новинки') });
    await played.told(1);
    const { channel, world, bot } = played;
    const thread = `${GROUP}/c${asked}`;
    const sent = await sendToClient(channel, { thread, text: 'Сто рублей' }, world.memory);
    assert.ok(sent.outcome === 'sent');
    assert.deepEqual(
      bot.sentElsewhere.map(({ chat, text, replyTo }) => [chat, text, replyTo]),
      [[GROUP, 'Сто рублей', asked]],
    );
    assert.equal(sent.id, `${GROUP}:${bot.sentElsewhere[0]?.messageId}`);
  });
});

describe('a channel’s direct messages', () => {
  it('are a thread per client; whoever else writes there is of the channel', async () => {
    const place = group({ isDirectMessages: true });
    place.writes(IVAN, 'Можно скидку?', { directTo: IVAN });
    place.writes(MARIA, 'А мне?', { directTo: MARIA });
    place.writes({ channel: SHOP, title: 'Магазин' }, 'Можно', { directTo: IVAN });
    assert.deepEqual(await played.told(3), [
      `client ${GROUP}/d${IVAN.id} Можно скидку?`,
      `client ${GROUP}/d${MARIA.id} А мне?`,
      `employee ${GROUP}/d${IVAN.id} Можно`,
    ]);
  });
});

describe('what a bot in a group does not see', () => {
  it('is told while privacy mode hides it, and no longer when the bot is an administrator', async () => {
    const place = group();
    place.becomes('member');
    await until(() => played.world.gaps.some((gap) => gap.includes('«Магазин»')), {
      what: 'the gap',
    });
    assert.equal(played.world.state?.up, true);
    place.becomes('administrator');
    await until(() => played.world.gaps.length === 0, { what: 'no gap' });
  });

  it('is told when the bot was thrown out', async () => {
    const place = group();
    place.writes(IVAN, 'Привет');
    await played.told(1);
    place.becomes('kicked');
    await until(() => played.world.gaps[0]?.includes('not in the group'), { what: 'the gap' });
  });
});
