import assert from 'node:assert/strict';
import type { Attached, StaffFile } from '@otklik/channels';
import { claimReplies } from '@otklik/store';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { configOf } from '../../../packages/config/testing/reading.ts';
import { at } from '../../../packages/domain/testing/story.ts';
import { type TestStore, testStore } from '../../../packages/store/testing/testStore.ts';
import { openWait } from '../../../packages/store/testing/waits.ts';
import { person } from '../testing/company.ts';
import { type Answered, answeredByAlbum, edited, passOn } from './answers.ts';

const NOW = at('10:01:00');
const SOON = at('10:02:00');
const MB = 1024 * 1024;

const config = configOf(`version: 1
people: [{ id: anna, name: Анна, telegram: 100001 }]
channels:
  - { id: ok, kind: ok, name: Одноклассники, owner: anna, token: the-token-of-ok, key: the-key-of-this-test-1 }
  - { id: avito, kind: avito, name: Авито, owner: anna, user_id: "1", client_id: c, client_secret: the-secret, key: the-key-of-this-test-1 }
  - { id: sms, kind: sms, name: СМС, owner: anna, key: the-key-of-this-test-1 }
notify: { telegram: { token: env:OTKLIK_BOT_TOKEN } }
`);

const file = (over: Partial<StaffFile> = {}): StaffFile => ({
  account: '7',
  kind: 'photo',
  fileId: 'f1',
  uniqueId: 'u1',
  name: 'photo.jpg',
  mime: 'image/jpeg',
  size: MB,
  width: 1_280,
  height: 960,
  seconds: null,
  ...over,
});

describe('what one of our people attaches to an answer', () => {
  let opened: TestStore;
  beforeEach(async () => {
    opened = await testStore();
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const world = () => ({ config: () => config, store: opened.store, now: () => NOW });
  const update = (message: number, attached: Attached | null, album: string | null, text: string | null) => ({
    account: '7',
    updateId: message,
    from: 100001,
    chat: 100001,
    at: NOW,
    receivedAt: NOW,
    kind: 'words' as const,
    message,
    replyTo: null,
    text,
    attached,
    album,
  });
  const answer = (
    channel: string,
    attached: Attached | null,
    { message = 1, album = null as string | null, text = 'Вот' as string | null, closed = false } = {},
  ) => {
    const wait: Answered = {
      id: '00000000-0000-0000-0000-000000000001',
      channel,
      thread: 't',
      closed_at: closed ? NOW : null,
    };
    return passOn(update(message, attached, album, text), wait, person(config, 'anna'), world());
  };
  const onTheWay = async () =>
    (await Promise.all([true, false].map((files) => claimReplies(opened.store, SOON, 20, files)))).flat();

  it('is refused at once where only words go, and the words with it', async () => {
    assert.equal(
      await answer('ok', file()),
      'Фото не отправлено: в канал «Одноклассники» отсюда уходит только текст. Отправьте в самом чате — клиент ещё ждёт.',
    );
    assert.equal(
      await answer('ok', file({ kind: 'voice' }), { closed: true, text: null }),
      'Голосовое не отправлено: в канал «Одноклассники» отсюда уходит только текст. Отправьте в самом чате.',
    );
    assert.match((await answer('sms', file())) ?? '', /^В канал «СМС» отсюда написать нельзя/);
    assert.deepEqual(await onTheWay(), []);
    assert.equal(await answer('ok', null), null);
    assert.deepEqual(
      (await onTheWay()).map(({ text }) => text),
      ['Вот'],
    );
  });

  it('is refused with what does go there, of the right kind and size', async () => {
    assert.equal(
      await answer('avito', file({ kind: 'video', mime: 'video/mp4' })),
      'Видео не отправлено: в канал «Авито» отсюда можно отправить только фото до 20 МБ. Отправьте в самом чате — клиент ещё ждёт.',
    );
    assert.match(
      (await answer('avito', file({ kind: 'document', mime: 'image/svg+xml' }))) ?? '',
      /^Файл не отправлен: канал «Авито» не принимает файлы такого вида \(image\/svg\+xml\)\./,
    );
    assert.match(
      (await answer('avito', file({ size: 21 * MB }))) ?? '',
      /Telegram отдаёт ботам файлы до 20 МБ, а здесь 21 МБ/,
    );
    assert.equal(await answer('avito', file({ kind: 'document' })), null, 'a picture that came as a file');
  });

  it('of an album is refused once for all that is alike, and what else there is goes on', async () => {
    const album = 'a1';
    const video = file({ kind: 'video', mime: 'video/mp4' });
    assert.equal(await answer('avito', file(), { message: 1, album }), null);
    assert.match(
      (await answer('avito', video, { message: 2, album })) ?? '',
      /^Видео из альбома не отправлены/,
    );
    assert.equal(await answer('avito', video, { message: 3, album }), null, 'it was said');
    assert.match((await answer('avito', video, { message: 2, album })) ?? '', /^Видео/, 'until it is said');
    assert.deepEqual(
      (await onTheWay()).map(({ message_id }) => message_id),
      [1],
    );
  });

  it('of an album belongs to whom its first part answers, be it sent on or not', async () => {
    const wait = await openWait(opened.store, at('10:00:00'));
    const first = update(1, file(), 'a1', null);
    assert.equal(await answeredByAlbum(first, opened.store), null);
    const { id, channel, thread } = wait;
    await passOn(first, { id, channel, thread, closed_at: null }, person(config, 'anna'), world());
    assert.equal((await answeredByAlbum(update(2, file(), 'a1', null), opened.store))?.id, wait.id);
    assert.equal(await answeredByAlbum(update(2, file(), 'a2', null), opened.store), null);
  });

  it('as a version before has queued it is no words alone', async () => {
    const old = { ...update(1, null, null, 'Вот'), attached: true as never };
    const wait = {
      id: '00000000-0000-0000-0000-000000000001',
      channel: 'avito',
      thread: 't',
      closed_at: null,
    };
    assert.match(
      (await passOn(old, wait, person(config, 'anna'), world())) ?? '',
      /^Сообщение не отправлено/,
    );
    const words = { ...old, attached: false as never, album: undefined as never };
    assert.equal(await passOn(words, wait, person(config, 'anna'), world()), null);
  });

  it('and edits of it say nothing as long as nothing is lost', async () => {
    await answer('avito', file());
    const edit = { ...update(1, file(), null, 'Вот такой'), kind: 'edit' as const };
    assert.equal(await edited(edit, person(config, 'anna'), world()), null);
    assert.deepEqual(
      (await onTheWay()).map(({ text }) => text),
      ['Вот такой'],
    );
  });
});
