import assert from 'node:assert/strict';
import { type ChannelBase, channelsOf } from '@otklik/config';
import { describe, it } from 'vitest';
import type { Channel, Edited, Sent } from '../channel.ts';
import type { FileKind, OutgoingFile } from '../files.ts';
import { contractConfig } from './contractConfig.ts';
import { TestMemory } from './testMemory.ts';

/** An employee's attachment. */
export const fileOf = (kind: FileKind): OutgoingFile => {
  const facts = { width: null, height: null, seconds: null };
  return { kind, name: 'Прайс.pdf', mime: 'application/pdf', ...facts, bytes: Buffer.from('bytes') };
};

/** Writes to one client of one channel. */
export interface Writer {
  send(text: string, file?: OutgoingFile, id?: string): Promise<Sent>;
  edit(handle: string, text: string): Promise<Edited>;
}

/** `keys`: the channel's keys in otklik.yaml. `thread`: the client's. */
export function writerOf<Kind extends ChannelBase>(
  kind: Channel<Kind>,
  keys: string,
  thread: string,
): Writer {
  const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: ours, kind: ${kind.config.kind}, owner: olga, ${keys} }]
`);
  const [channel] = channelsOf(config, kind.config);
  const { send, edit } = kind;
  if (!channel || !send || !edit) throw new Error('no such channel, or nobody can write there');
  const world = {
    memory: new TestMemory(),
    now: () => 5_000,
    viaListener: () => Promise.reject(new Error('not by this way')),
  };
  return {
    send: (text, file, id = 'r1') => send(channel, { id, thread, text, ...(file && { file }) }, world),
    edit: (handle, text) => edit(channel, { id: 'e1', thread, handle, text }, world),
  };
}

/**
 * Edits in the named messenger. `messages`: the client's, with words and whether a file is there; `unknown`: the
 * handle of a message that is gone.
 */
export function editStories(
  name: string,
  writer: () => Writer,
  messages: () => readonly (readonly [text: string, hasFile: boolean])[],
  unknown: string,
): void {
  describe(`an edit in ${name}`, () => {
    it('changes the words and leaves the file; what is too old stays as it was', async () => {
      const { send, edit } = writer();
      const sent = await send('Скидка 10 %', fileOf('photo'));
      assert.ok(sent.outcome === 'sent' && sent.handle);
      assert.deepEqual(await edit(sent.handle, 'Скидка 5 %'), { outcome: 'edited' });
      assert.deepEqual(messages(), [['Скидка 5 %', true]]);
      assert.equal((await edit(unknown, 'Да')).outcome, 'refused');
    });
  });
}
