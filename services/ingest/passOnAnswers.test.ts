import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Edit, Listener, Outgoing, StaffFile } from '@otklik/channels';
import { askListener, editReply, listenerResult, markReply, saveReply } from '@otklik/store';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type TestStore, testStore } from '../../packages/store/testing/testStore.ts';
import { type FakeTelegram, startFakeTelegram } from '../../tests/fakes/telegram/startFakeTelegram.ts';
import { passOnAnswers } from './passOnAnswers.ts';

const STAFF_BOT = '700002:staff';
const ANNA = 100001;

describe('what a channel’s live connection sends for other processes', () => {
  let telegram: FakeTelegram;
  let opened: TestStore;
  let sent: Outgoing[];
  let edited: Edit[];
  let uploading: PromiseWithResolvers<void>;
  let stop: () => void;
  let done: Promise<void>;

  beforeEach(async () => {
    telegram = await startFakeTelegram();
    telegram.addBot(STAFF_BOT);
    opened = await testStore();
    [sent, edited] = [[], []];
    uploading = Promise.withResolvers();
    uploading.resolve();
    const ended = Promise.withResolvers<void>();
    stop = ended.resolve;
    const listener: Listener = {
      stop,
      done: ended.promise,
      send: async (outgoing) => {
        if (outgoing.file !== undefined) await uploading.promise;
        sent.push(outgoing);
        return { outcome: 'sent', id: 'e1', at: 1, handle: 'h' };
      },
      edit: async (edit) => {
        edited.push(edit);
        return { outcome: 'edited' };
      },
    };
    const token = { reveal: () => STAFF_BOT };
    const notify = { telegram: { token, apiRoot: telegram.apiRoot } };
    const log = { error: assert.fail, warn: assert.fail };
    const world = { store: opened.store, log, config: () => ({ notify }) };
    done = passOnAnswers({ channel: 'wa' }, listener, world as never);
  });
  afterEach(async () => {
    stop();
    await done;
    await opened[Symbol.asyncDispose]();
    await telegram.close();
  });

  const keep = async (id: string, over: object = {}) => {
    const written = { id, wait_id: randomUUID(), channel: 'wa', thread: 't', person: 'anna', text: 'Вот' };
    const place = { account: '700002', chat_id: ANNA, message_id: 7 };
    await saveReply(opened.store, { ...written, ...place, ...over }, Date.now());
  };
  const result = (reply: string, id = reply) =>
    until(() => listenerResult(opened.store, reply, id), { what: `what became of ${id}` });
  const ask = async (id: string, over: object = {}) => {
    await keep(id, over);
    await askListener(opened.store, { id, channel: 'wa' }, id, null);
    return result(id);
  };
  const file: StaffFile = {
    account: '700002',
    kind: 'photo',
    fileId: 'file-1',
    uniqueId: 'same-file-1',
    name: 'photo.jpg',
    mime: 'image/jpeg',
    size: 5,
    width: 1,
    height: 1,
    seconds: null,
  };

  it('has the file, which it gets itself: the database has none', async () => {
    telegram.user({ id: ANNA, firstName: 'Анна' }).sendsFile(STAFF_BOT, 'photo', Buffer.from('bytes'));
    await ask('r1', { file });
    assert.equal(sent[0]?.file?.name, 'photo.jpg');
    assert.equal(Buffer.from(sent[0]?.file?.bytes ?? []).toString(), 'bytes');
  });

  it('is nothing when the file cannot be had: not its words alone', async () => {
    const gone = await ask('r2', { file });
    assert.equal((gone as { outcome: string }).outcome, 'refused');
    assert.equal(
      ((await ask('r3', { file: { ...file, account: '5' } })) as { outcome: string }).outcome,
      'refused',
    );
    assert.deepEqual(sent, []);
  });

  it('waits for nobody else’s file', async () => {
    telegram.user({ id: ANNA, firstName: 'Анна' }).sendsFile(STAFF_BOT, 'photo', Buffer.from('bytes'));
    uploading = Promise.withResolvers();
    const withFile = ask('r4', { file });
    await ask('r5', { thread: 'other', text: 'Да' });
    assert.deepEqual(
      sent.map(({ id }) => id),
      ['r5'],
    );
    uploading.resolve();
    await withFile;
    assert.deepEqual(
      sent.map(({ id }) => id),
      ['r5', 'r4'],
      'once each',
    );
  });

  it('may take the place of what was sent before', async () => {
    await keep('e1');
    await markReply(opened.store, 'e1', { state: 'sent', id: 'wa-1', handle: 'h' }, Date.now());
    await editReply(opened.store, 'e1', { text: 'Вот это', file: null, file_mark: null }, Date.now());
    await askListener(opened.store, { id: 'e1', channel: 'wa' }, 'e1:1', null);
    assert.deepEqual(await result('e1', 'e1:1'), { outcome: 'edited' });
    assert.deepEqual(edited, [{ id: 'e1:1', thread: 't', handle: 'h', text: 'Вот это' }]);
  });

  it('is sent once, however often it is asked for', async () => {
    await ask('r6');
    await askListener(opened.store, { id: 'r6', channel: 'wa' }, 'r6', null);
    assert.deepEqual(await result('r6'), { outcome: 'sent', id: 'e1', at: 1, handle: 'h' });
    await ask('r7');
    assert.deepEqual(
      sent.map(({ id }) => id),
      ['r6', 'r7'],
    );
  });

  it('is not sent any more once its writer was told that it was not', async () => {
    await keep('r8');
    await markReply(opened.store, 'r8', { state: 'failed', problem: 'no connection' }, Date.now());
    await askListener(opened.store, { id: 'r8', channel: 'wa' }, 'r8', null);
    await ask('r9');
    assert.deepEqual(
      sent.map(({ id }) => id),
      ['r9'],
    );
  });
});
