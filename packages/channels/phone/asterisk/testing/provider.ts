import type { EpochMs } from '@otklik/domain';
import type { ContractProvider } from '../../../testing/contract.ts';
import { contractConfig } from '../../../testing/contractConfig.ts';
import { feedOf } from '../../channel.ts';
import { AmiPeer } from './amiPeer.ts';
import { mariaDbDatabase } from './mariaDb.ts';
import { amiFields, cdrRow, celOf, type Happening, type StoryChannel } from './story.ts';
import { AsteriskTables, FREEPBX } from './tables.ts';

const PASSWORD = 'the-password-of-this-test';
const LINE = '74951234567';
const PACE = {
  everyMs: 60,
  overlapMs: 15 * 60_000,
  sweepMs: 48 * 3_600_000,
  firstBackoffMs: 20,
  maxBackoffMs: 60,
  random: () => 0.5,
};

/** An Asterisk with AMI and tables. */
export async function startAsteriskProvider(): Promise<ContractProvider> {
  const peer = await AmiPeer.start('otklik', PASSWORD);
  const { connection, address } = await mariaDbDatabase();
  const tables = await AsteriskTables.create(
    async (sql, values = []) => {
      await connection.query(sql, [...values]);
    },
    FREEPBX,
    'Europe/Moscow',
  );
  const yaml = `
version: 1
timezone: Europe/Moscow
people: [{ id: olga, name: Ольга }]
channels:
  - { id: line, kind: phone, owner: olga, provider: asterisk, account: "otklik@127.0.0.1:${peer.port}", secret: ${PASSWORD}, cdr: "${address()}" }
`;
  const config = contractConfig(yaml);
  const channel = config.channels.get('line');
  if (channel?.kind !== 'phone') throw new Error('no such channel');
  let channels = 0;
  const made = (over: Partial<StoryChannel>): StoryChannel => {
    channels += 1;
    const id = `1764151200.${channels}`;
    return { name: `PJSIP/mts-trunk-${channels.toString(16).padStart(8, '0')}`, id, linked: id, ...over };
  };
  const number = (chat = 1): string => `7916000000${chat}`;
  const happen = async (happenings: readonly Happening[], rows: Parameters<typeof tables.write>[0]) => {
    peer.tells(happenings.map(amiFields));
    await tables.write(rows, happenings.flatMap(celOf));
  };
  /** A call that a voice menu answers, or nobody. */
  const rings = async (at: EpochMs, chat: number | undefined, isMenu: boolean) => {
    const first = made({ caller: number(chat), exten: LINE, context: 'from-pstn' });
    const over = { did: LINE, duration: 2, ...(isMenu && { billsec: 2, disposition: 'ANSWERED' }) };
    await happen(
      [
        { time: at, does: 'starts', channel: first },
        ...(isMenu ? [{ time: at, does: 'answers', channel: first } as const] : []),
        { time: at + 2_000, does: 'hangsUp', channel: first },
      ],
      [cdrRow(first, at, { ...over, lastapp: isMenu ? 'Playback' : 'Queue' })],
    );
  };
  return {
    yaml,
    config,
    port: null,
    clientWrites: (_text, { at = Date.now(), chat } = {}) => rings(at, chat, false),
    botAnswers: (_text, { at = Date.now(), chat } = {}) => rings(at, chat, true),
    employeeAnswers: async (_text, { at = Date.now(), chat } = {}) => {
      const ours = made({ name: `PJSIP/101-0000${channels}`, caller: '101', exten: number(chat) });
      const trunk = made({ linked: ours.id, caller: number(chat) });
      const steps = ([time, does, channel]: readonly [
        EpochMs,
        'starts' | 'answers' | 'enters' | 'leaves' | 'hangsUp',
        StoryChannel,
      ]) => ({ time, does, channel }) satisfies Happening;
      await happen(
        (
          [
            [at - 5_000, 'starts', ours],
            [at - 5_000, 'starts', trunk],
            [at, 'answers', trunk],
            [at, 'answers', ours],
            [at, 'enters', trunk],
            [at, 'enters', ours],
            [at + 30_000, 'leaves', trunk],
            [at + 30_000, 'hangsUp', trunk],
            [at + 30_000, 'leaves', ours],
            [at + 30_000, 'hangsUp', ours],
          ] as const
        ).map(steps),
        [
          cdrRow(ours, at - 5_000, {
            src: LINE,
            dstchannel: trunk.name,
            disposition: 'ANSWERED',
            duration: 35,
            billsec: 30,
          }),
        ],
      );
    },
    clientEdits: null,
    clientDeletes: null,
    sendsUnknownKind: async () => peer.says('Telepathy', { Channel: 'PJSIP/x-00000001' }),
    // Tables are polled anyway; the connection breaks and reopens.
    deliversAgain: async () => peer.breaks(),
    // Few of AMI's hundred kinds of events are about calls.
    keepsUnknownKinds: false,
    start: async (world) => {
      const listeners = feedOf(channel, config, PACE).map((feed) => feed.start(world));
      return {
        stop: async () => {
          for (const listener of listeners) listener.stop();
          await Promise.all(listeners.map(({ done }) => done));
        },
      };
    },
    close: async () => {
      await peer.close();
      await connection.end();
    },
  };
}
