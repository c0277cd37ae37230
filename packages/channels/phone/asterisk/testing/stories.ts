import { at } from '../../testing/lineWorld.ts';
import { nameOrdered } from '../names.ts';
import type { CdrRow } from '../rows.ts';
import { cdrRow, type Happening, PARKING, type StoryChannel } from './story.ts';

/**
 * By Asterisk 12 and newer, with FreePBX's `cdr`. A row is one channel's stretch with another; once the dial plan
 * answered, all its rows count as answered:
 * https://docs.asterisk.org/Asterisk_20_Documentation/API_Documentation/AMI_Events/Cdr
 */
interface AsteriskStory {
  readonly what: string;
  readonly happens: readonly Happening[];
  readonly cdr: readonly CdrRow[];
  readonly waits: readonly string[];
  /** Used where CDR alone lacks the exact time. */
  readonly waitsByCdr?: readonly string[];
  /** False where CEL lacks part of the call under its Linkedid. */
  readonly isExact?: boolean;
}

const CLIENT = '79160000001';
const LINE = '74951234567';

const nameless = (id: string): string => `0000${id.split('.').at(-1)}`.padStart(8, '0');
/** A client's call: the first channel, by trunk. */
const clients = (id: string, over: Partial<StoryChannel> = {}): StoryChannel => ({
  name: `PJSIP/mts-trunk-${nameless(id)}`,
  id,
  linked: id,
  caller: CLIENT,
  exten: LINE,
  context: 'from-pstn',
  ...over,
});
const ids = new Map<string, string>();
const idOf = (channel: string): string => {
  const id = ids.get(channel) ?? `1764151201.${1_000 + ids.size}`;
  ids.set(channel, id);
  return id;
};
/** A channel that the call `linked` dials. */
const dialled = (name: string, linked: string, over: Partial<StoryChannel> = {}): StoryChannel => ({
  name,
  id: idOf(`${linked} ${name}`),
  linked,
  exten: 's',
  ...over,
});
/** Our telephone, which begins the call. */
const ours = (id: string, exten: string, over: Partial<StoryChannel> = {}): StoryChannel => ({
  name: `PJSIP/101-${nameless(id)}`,
  id,
  linked: id,
  caller: '101',
  exten,
  ...over,
});

const starts = (time: string, channel: StoryChannel): Happening => ({
  time: at(time),
  does: 'starts',
  channel,
});
const answers = (time: string, channel: StoryChannel): Happening => ({
  time: at(time),
  does: 'answers',
  channel,
});
const leaves = (time: string, channel: StoryChannel, bridge?: string): Happening => ({
  time: at(time),
  does: 'leaves',
  channel,
  ...(bridge && { bridge }),
});
const enters = (time: string, channel: StoryChannel, bridge?: string): Happening => ({
  time: at(time),
  does: 'enters',
  channel,
  ...(bridge && { bridge }),
});
const dials = (time: string, channel: StoryChannel, exten: string): Happening => ({
  time: at(time),
  does: 'dials',
  channel,
  exten,
});
const dialEnded = (time: string, channel: StoryChannel, to: StoryChannel, status: string): Happening => ({
  time: at(time),
  does: 'dialEnded',
  channel,
  to,
  status,
});
const hangsUp = (time: string, channel: StoryChannel, status = '', cause = 16): Happening => ({
  time: at(time),
  does: 'hangsUp',
  channel,
  status,
  cause,
});
const row = (channel: StoryChannel, time: string, over: Parameters<typeof cdrRow>[2]): CdrRow =>
  cdrRow(channel, at(time), over);
const bridged = (time: string, a: StoryChannel, b: StoryChannel, bridge?: string): Happening[] => [
  enters(time, b, bridge),
  enters(time, a, bridge),
];
const over = (time: string, ...channels: StoryChannel[]): Happening[] =>
  channels.flatMap((channel) => [leaves(time, channel), hangsUp(time, channel, 'ANSWER')]);

const a = clients('1764151200.1');
const [p101, p102] = [dialled('PJSIP/101-00000002', a.id), dialled('PJSIP/102-00000003', a.id)];
const DID = { did: LINE, dcontext: 'ext-group', dst: '600' };
const TALK = { ...DID, disposition: 'ANSWERED' };

const missed: Pick<AsteriskStory, 'happens' | 'cdr'> = {
  happens: [
    starts('10:00:00', a),
    starts('10:00:01', p101),
    dialEnded('10:00:20', a, p101, 'NOANSWER'),
    hangsUp('10:00:20', p101),
    hangsUp('10:00:20', a, 'NOANSWER'),
  ],
  cdr: [row(a, '10:00:00', { ...DID, dstchannel: p101.name, duration: 20 })],
};

const back = ours('1764151310.5', CLIENT);
const trunk = dialled('PJSIP/mts-trunk-00000006', back.id, { caller: CLIENT });
const again = clients('1764151260.7');
const again101 = dialled('PJSIP/101-00000008', again.id);
const local = (half: 1 | 2, who: string, id: string) =>
  dialled(`Local/${who}@from-queue-0000000a;${half}`, id, { exten: who });
const consult = { ...ours('1764151230.9', '102'), name: 'PJSIP/101-00000009' };
const consulted = dialled('PJSIP/102-0000000a', consult.id);
const taker = { ...ours('1764151240.15', '71'), name: 'PJSIP/103-00000015', caller: '103' };
const click = ours('1764151310.b', '', { caller: '', isOriginated: true });
const clickTrunk = dialled('PJSIP/mts-trunk-0000000c', click.id, { caller: CLIENT });
/** A call that we ordered, under our name. */
const ORDERED = nameOrdered({ id: '0f9c1d7e-4a5b-4c3d-8e2f-1a2b3c4d5e6f', to: `+${CLIENT}` });
const order = ours(ORDERED, '', { caller: '', name: 'PJSIP/101-00000017', isOriginated: true });
const orderTrunk = dialled('PJSIP/mts-trunk-00000018', ORDERED, { caller: '101' });
const orderOfAnna = { ...order, name: 'PJSIP/anna-00000019' };
const viaLocal: StoryChannel = {
  name: 'Local/101@from-internal-0000000d;1',
  id: '1764151310.d',
  linked: '1764151310.d',
  caller: '',
  exten: '',
  isOriginated: true,
};
const viaLocal2 = dialled('Local/101@from-internal-0000000d;2', viaLocal.id, { exten: '101' });
const viaLocal101 = dialled('PJSIP/101-0000000e', viaLocal.id);
const viaLocalTrunk = dialled('PJSIP/mts-trunk-0000000f', viaLocal.id, { caller: CLIENT });
const mobile = dialled('PJSIP/mts-trunk-00000010', a.id);
const long = ours('1764151310.11', CLIENT, { name: 'PJSIP/10001-00000011', caller: '10001' });
const longTrunk = dialled('PJSIP/mts-trunk-00000012', long.id, { caller: CLIENT });
const odd = clients('1764151200.16', { name: 'PJSIP/7010-00000016' });
const inside = ours('1764151200.13', '10002', { name: 'PJSIP/10001-00000013', caller: '10001' });
const inside2 = dialled('PJSIP/10002-00000014', inside.id, { caller: '10002' });

/** 103 dials *8 while 101 rings: under its own Linkedid or the client's. */
const grab = { ...ours('1764151205.21', '*8'), name: 'PJSIP/103-00000021', caller: '103' };
const grabbed = { ...grab, linked: a.id, exten: '' };
const coded = ours('1764151310.23', `*67${CLIENT}`);
const codedTrunk = dialled('PJSIP/mts-trunk-00000024', coded.id, { caller: CLIENT });
/** This one bears our own number. */
const codedAs = dialled('PJSIP/mts-trunk-00000025', coded.id, { caller: LINE });
const hashed = ours('1764151310.26', `#31#8${CLIENT.slice(1)}`);
const hashedTrunk = dialled('PJSIP/mts-trunk-00000027', hashed.id, { caller: '101' });
const forwarding = ours('1764151310.28', `*72${CLIENT}`);

const forwardingApp = dialled('Local/s@app-cf-on-00000029;1', forwarding.id);

/** A click with links on both sides. */
const clientLink = (half: 1 | 2) =>
  dialled(`Local/${CLIENT}@from-internal-0000002b;${half}`, viaLocal.id, { exten: CLIENT });
const linkTrunk = dialled('PJSIP/mts-trunk-0000002c', viaLocal.id, { caller: CLIENT });

const grabbing = (talks: StoryChannel): Pick<AsteriskStory, 'happens' | 'cdr'> => ({
  happens: [
    starts('10:00:00', a),
    starts('10:00:01', p101),
    starts('10:00:08', grab),
    { time: at('10:00:11'), does: 'isGrabbed', channel: p101, by: grab },
    hangsUp('10:00:11', p101, '', 26),
    answers('10:00:11', a),
    ...bridged('10:00:11', a, talks),
    ...over('10:01:00', talks, a),
  ],
  cdr: [row(a, '10:00:00', { ...TALK, dstchannel: grab.name, duration: 60, billsec: 49 })],
});

const calledBackBehind = (first: StoryChannel, trunkBears: StoryChannel) => ({
  happens: [
    ...missed.happens,
    starts('10:01:50', first),
    starts('10:01:51', trunkBears),
    answers('10:02:00', trunkBears),
    dialEnded('10:02:00', first, trunkBears, 'ANSWER'),
    answers('10:02:00', first),
    ...bridged('10:02:00', first, trunkBears),
    ...over('10:03:00', trunkBears, first),
  ],
  cdr: [
    ...missed.cdr,
    row(first, '10:01:50', {
      dstchannel: trunkBears.name,
      disposition: 'ANSWERED',
      duration: 70,
      billsec: 60,
    }),
  ],
  waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 101`],
});

export const STORIES: readonly AsteriskStory[] = [
  {
    what: 'two telephones ring, one picks up',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', p101),
      starts('10:00:01', p102),
      answers('10:00:11', p101),
      dialEnded('10:00:11', a, p101, 'ANSWER'),
      answers('10:00:11', a),
      dialEnded('10:00:11', a, p102, 'CANCEL'),
      hangsUp('10:00:11', p102, '', 26),
      ...bridged('10:00:11', a, p101),
      ...over('10:01:00', p101, a),
    ],
    cdr: [
      row(a, '10:00:00', { ...TALK, dstchannel: p101.name, duration: 60, billsec: 49 }),
      row(a, '10:00:01', { ...DID, dstchannel: p102.name, duration: 10, sequence: 1 }),
    ],
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 101`],
  },
  { what: 'nobody picks up', ...missed, waits: [`+${CLIENT} 10:00:00 missed 10:00:20 waits`] },
  {
    what: 'picked up and put down at once',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', p101),
      answers('10:00:18', p101),
      dialEnded('10:00:18', a, p101, 'ANSWER'),
      answers('10:00:18', a),
      ...bridged('10:00:18', a, p101),
      ...over('10:00:20', p101, a),
    ],
    cdr: [row(a, '10:00:00', { ...TALK, dstchannel: p101.name, duration: 20, billsec: 2 })],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 waits`],
  },
  {
    what: 'nothing but the voice menu',
    happens: [
      starts('10:00:00', a),
      answers('10:00:01', a),
      dials('10:00:01', a, 's'),
      hangsUp('10:00:20', a),
    ],
    cdr: [
      row(a, '10:00:00', {
        did: LINE,
        dcontext: 'ivr-1',
        dst: 's',
        lastapp: 'BackGround',
        disposition: 'ANSWERED',
        duration: 20,
        billsec: 19,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 waits`],
  },
  {
    what: 'picked up after the voice menu',
    happens: [
      starts('10:00:00', a),
      answers('10:00:01', a),
      starts('10:00:25', p101),
      answers('10:00:40', p101),
      dialEnded('10:00:40', a, p101, 'ANSWER'),
      ...bridged('10:00:40', a, p101),
      ...over('10:01:30', p101, a),
    ],
    cdr: [row(a, '10:00:00', { ...TALK, dstchannel: p101.name, duration: 90, billsec: 89 })],
    waits: [`+${CLIENT} 10:00:00 answered 10:00:40 by 101`],
    // CDR has only the menu's time; a gap says so.
    waitsByCdr: [`+${CLIENT} 10:00:00 answered 10:00:01 by 101`],
  },
  {
    what: 'a queue whose second member picks up',
    happens: [
      starts('10:00:00', a),
      answers('10:00:00', a),
      starts('10:00:02', local(1, '102', a.id)),
      starts('10:00:02', local(2, '102', a.id)),
      starts('10:00:02', p102),
      dialEnded('10:00:17', local(2, '102', a.id), p102, 'NOANSWER'),
      dialEnded('10:00:17', a, local(1, '102', a.id), 'NOANSWER'),
      hangsUp('10:00:17', p102),
      hangsUp('10:00:17', local(2, '102', a.id)),
      hangsUp('10:00:17', local(1, '102', a.id)),
      starts('10:00:20', local(1, '101', a.id)),
      starts('10:00:20', local(2, '101', a.id)),
      starts('10:00:20', p101),
      answers('10:00:31', p101),
      dialEnded('10:00:31', local(2, '101', a.id), p101, 'ANSWER'),
      answers('10:00:31', local(1, '101', a.id)),
      ...bridged('10:00:31', local(2, '101', a.id), p101, 'bridge-2'),
      ...bridged('10:00:31', a, local(1, '101', a.id)),
      ...over('10:01:30', p101, local(2, '101', a.id), local(1, '101', a.id), a),
    ],
    cdr: [
      row(a, '10:00:00', {
        ...DID,
        dstchannel: local(1, '102', a.id).name,
        lastapp: 'Queue',
        duration: 17,
        billsec: 17,
      }),
      row(local(2, '102', a.id), '10:00:02', { dstchannel: p102.name, duration: 15, sequence: 1 }),
      row(a, '10:00:20', {
        ...TALK,
        dstchannel: local(1, '101', a.id).name,
        lastapp: 'Queue',
        duration: 70,
        billsec: 70,
        sequence: 2,
      }),
      row(local(2, '101', a.id), '10:00:20', {
        dstchannel: p101.name,
        disposition: 'ANSWERED',
        duration: 70,
        billsec: 59,
        sequence: 3,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 answered 10:00:31 by 101`],
  },
  {
    what: 'voicemail answers in the end',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', p101),
      dialEnded('10:00:16', a, p101, 'NOANSWER'),
      hangsUp('10:00:16', p101),
      answers('10:00:16', a),
      hangsUp('10:00:40', a, 'NOANSWER'),
    ],
    cdr: [
      row(a, '10:00:00', { ...DID, dstchannel: p101.name, duration: 16 }),
      row(a, '10:00:16', {
        ...TALK,
        dst: 'vmu101',
        lastapp: 'VoiceMail',
        duration: 24,
        billsec: 24,
        sequence: 1,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:40 waits`],
  },
  {
    what: 'picked up and put through',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', p101),
      answers('10:00:10', p101),
      dialEnded('10:00:10', a, p101, 'ANSWER'),
      answers('10:00:10', a),
      ...bridged('10:00:10', a, p101),
      ...over('10:00:30', p101),
      leaves('10:00:30', a),
      starts('10:00:31', p102),
      answers('10:00:40', p102),
      dialEnded('10:00:40', a, p102, 'ANSWER'),
      ...bridged('10:00:40', a, p102),
      ...over('10:01:30', p102, a),
    ],
    cdr: [
      row(a, '10:00:00', { ...TALK, dstchannel: p101.name, duration: 30, billsec: 20 }),
      row(a, '10:00:30', { ...TALK, dstchannel: p102.name, duration: 60, billsec: 60, sequence: 1 }),
    ],
    waits: [`+${CLIENT} 10:00:00 answered 10:00:10 by 101`],
  },
  {
    what: 'put through after a word with the colleague',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', p101),
      answers('10:00:10', p101),
      dialEnded('10:00:10', a, p101, 'ANSWER'),
      answers('10:00:10', a),
      ...bridged('10:00:10', a, p101),
      starts('10:00:30', consult),
      starts('10:00:30', consulted),
      answers('10:00:35', consulted),
      dialEnded('10:00:35', consult, consulted, 'ANSWER'),
      ...bridged('10:00:35', consult, consulted, 'bridge-2'),
      leaves('10:00:45', consulted, 'bridge-2'),
      enters('10:00:45', { ...consulted, linked: a.id }),
      ...over('10:00:45', consult, p101),
      ...over('10:01:30', { ...consulted, linked: a.id }, a),
    ],
    cdr: [
      row(a, '10:00:00', { ...TALK, dstchannel: p101.name, duration: 45, billsec: 35 }),
      row(consult, '10:00:30', {
        dstchannel: consulted.name,
        disposition: 'ANSWERED',
        duration: 15,
        billsec: 10,
      }),
      row(a, '10:00:45', { ...TALK, dstchannel: consulted.name, duration: 45, billsec: 45, sequence: 2 }),
    ],
    waits: [`+${CLIENT} 10:00:00 answered 10:00:10 by 101`],
  },
  {
    what: 'picked up for a moment, parked and forgotten',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', p101),
      answers('10:00:10', p101),
      dialEnded('10:00:10', a, p101, 'ANSWER'),
      answers('10:00:10', a),
      ...bridged('10:00:10', a, p101),
      ...over('10:00:13', p101),
      leaves('10:00:13', a),
      enters('10:00:13', a, PARKING),
      ...over('10:01:00', a),
    ],
    cdr: [
      row(a, '10:00:00', { ...TALK, dstchannel: p101.name, duration: 13, billsec: 3 }),
      row(a, '10:00:13', { ...TALK, lastapp: 'Park', duration: 47, billsec: 47, sequence: 1 }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:01:00 waits`],
  },
  {
    what: 'picked up for a moment by an agent, who goes back to where agents wait while the client is asked for marks',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', p101),
      answers('10:00:10', p101),
      dialEnded('10:00:10', a, p101, 'ANSWER'),
      answers('10:00:10', a),
      ...bridged('10:00:10', a, p101),
      leaves('10:00:12', p101),
      leaves('10:00:12', a),
      enters('10:00:12', p101, PARKING),
      hangsUp('10:01:00', a, 'ANSWER'),
      leaves('10:05:00', p101, PARKING),
      hangsUp('10:05:00', p101),
    ],
    cdr: [
      row(a, '10:00:00', { ...TALK, dstchannel: p101.name, duration: 12, billsec: 2 }),
      row(a, '10:00:12', { ...TALK, lastapp: 'Playback', duration: 48, billsec: 48, sequence: 1 }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:01:00 waits`],
  },
  {
    what: 'parked after a moment, and taken by a colleague',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', p101),
      answers('10:00:10', p101),
      dialEnded('10:00:10', a, p101, 'ANSWER'),
      answers('10:00:10', a),
      ...bridged('10:00:10', a, p101),
      ...over('10:00:13', p101),
      leaves('10:00:13', a),
      enters('10:00:13', a, PARKING),
      starts('10:00:40', taker),
      answers('10:00:40', taker),
      enters('10:00:41', taker, 'bridge-2'),
      leaves('10:00:41', a, PARKING),
      enters('10:00:41', a, 'bridge-2'),
      // In one bridge all have the oldest Linkedid.
      leaves('10:01:30', { ...taker, linked: a.id }, 'bridge-2'),
      hangsUp('10:01:30', { ...taker, linked: a.id }),
      leaves('10:01:30', a, 'bridge-2'),
      hangsUp('10:01:30', a, 'ANSWER'),
    ],
    cdr: [
      row(a, '10:00:00', { ...TALK, dstchannel: p101.name, duration: 13, billsec: 3 }),
      row(a, '10:00:13', { ...TALK, lastapp: 'Park', duration: 28, billsec: 28, sequence: 1 }),
      row(a, '10:00:41', {
        ...TALK,
        dstchannel: taker.name,
        lastapp: 'Park',
        duration: 49,
        billsec: 49,
        sequence: 2,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 answered 10:00:10 by 101`],
    isExact: false,
  },
  {
    what: 'missed, and called again with success',
    happens: [
      ...missed.happens,
      starts('10:01:00', again),
      starts('10:01:01', again101),
      answers('10:01:10', again101),
      dialEnded('10:01:10', again, again101, 'ANSWER'),
      answers('10:01:10', again),
      ...bridged('10:01:10', again, again101),
      ...over('10:02:00', again101, again),
    ],
    cdr: [
      ...missed.cdr,
      row(again, '10:01:00', { ...TALK, dstchannel: again101.name, duration: 60, billsec: 50 }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 self_served 10:01:10 by 101`],
  },
  {
    what: 'missed, and called back; FreePBX writes the company’s number as the caller',
    happens: [
      ...missed.happens,
      starts('10:01:50', back),
      starts('10:01:51', trunk),
      answers('10:02:00', trunk),
      dialEnded('10:02:00', back, trunk, 'ANSWER'),
      answers('10:02:00', back),
      ...bridged('10:02:00', back, trunk),
      ...over('10:03:00', trunk, back),
    ],
    cdr: [
      ...missed.cdr,
      row(back, '10:01:50', {
        src: LINE,
        dstchannel: trunk.name,
        disposition: 'ANSWERED',
        duration: 70,
        billsec: 60,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 101`],
  },
  {
    what: 'missed, and dialled in vain',
    happens: [
      ...missed.happens,
      starts('10:02:00', back),
      starts('10:02:01', trunk),
      dialEnded('10:02:30', back, trunk, 'BUSY'),
      hangsUp('10:02:30', trunk, '', 17),
      hangsUp('10:02:30', back, 'BUSY', 17),
    ],
    cdr: [
      ...missed.cdr,
      row(back, '10:02:00', { dstchannel: trunk.name, disposition: 'BUSY', duration: 30 }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 attempted 10:02:30 by 101`],
  },
  {
    what: 'missed, and given up while it rang at the client’s',
    happens: [
      ...missed.happens,
      starts('10:02:00', back),
      starts('10:02:01', trunk),
      dialEnded('10:02:15', back, trunk, 'CANCEL'),
      hangsUp('10:02:15', trunk),
      hangsUp('10:02:15', back, 'CANCEL'),
    ],
    cdr: [
      ...missed.cdr,
      row(back, '10:02:00', { dstchannel: trunk.name, disposition: 'CANCEL', duration: 15 }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 attempted 10:02:15 by 101`],
  },
  {
    what: 'missed, and the line was out of order when it was dialled',
    happens: [
      ...missed.happens,
      starts('10:02:00', back),
      starts('10:02:01', trunk),
      dialEnded('10:02:02', back, trunk, 'CHANUNAVAIL'),
      hangsUp('10:02:02', trunk, '', 20),
      // The dial plan reports it and hangs up normally.
      hangsUp('10:02:08', back, 'CHANUNAVAIL'),
    ],
    cdr: [
      ...missed.cdr,
      row(back, '10:02:00', { dstchannel: trunk.name, disposition: 'FAILED', duration: 2 }),
      row(back, '10:02:02', {
        lastapp: 'Playback',
        disposition: 'ANSWERED',
        duration: 6,
        billsec: 6,
        sequence: 1,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 waits`],
  },
  {
    what: 'missed, and called back by a click: the telephone rings first',
    happens: [
      ...missed.happens,
      starts('10:01:40', click),
      answers('10:01:45', click),
      dials('10:01:45', click, CLIENT),
      starts('10:01:46', clickTrunk),
      answers('10:02:00', clickTrunk),
      dialEnded('10:02:00', click, clickTrunk, 'ANSWER'),
      ...bridged('10:02:00', click, clickTrunk),
      ...over('10:03:00', clickTrunk, click),
    ],
    cdr: [
      ...missed.cdr,
      row(click, '10:01:40', {
        dst: CLIENT,
        dstchannel: clickTrunk.name,
        disposition: 'ANSWERED',
        duration: 80,
        billsec: 75,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 101`],
    waitsByCdr: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:01:45 by 101`],
  },
  {
    what: 'missed, and called back by a call file through a link inside the exchange',
    happens: [
      ...missed.happens,
      starts('10:01:40', viaLocal),
      starts('10:01:40', viaLocal2),
      starts('10:01:40', viaLocal101),
      answers('10:01:45', viaLocal101),
      dialEnded('10:01:45', viaLocal2, viaLocal101, 'ANSWER'),
      ...bridged('10:01:45', viaLocal2, viaLocal101, 'bridge-2'),
      answers('10:01:45', viaLocal),
      dials('10:01:45', viaLocal, CLIENT),
      starts('10:01:46', viaLocalTrunk),
      answers('10:02:00', viaLocalTrunk),
      dialEnded('10:02:00', viaLocal, viaLocalTrunk, 'ANSWER'),
      ...bridged('10:02:00', viaLocal, viaLocalTrunk),
      ...over('10:03:00', viaLocalTrunk, viaLocal, viaLocal2, viaLocal101),
    ],
    cdr: [
      ...missed.cdr,
      row(viaLocal, '10:01:40', {
        dst: CLIENT,
        dstchannel: viaLocalTrunk.name,
        disposition: 'ANSWERED',
        duration: 80,
        billsec: 75,
      }),
      row(viaLocal2, '10:01:40', {
        dstchannel: viaLocal101.name,
        disposition: 'ANSWERED',
        duration: 80,
        billsec: 75,
        sequence: 1,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 101`],
    waitsByCdr: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:01:45 by 101`],
  },
  {
    what: 'missed, and called back by a click through a link on both sides',
    happens: [
      ...missed.happens,
      starts('10:01:40', viaLocal),
      starts('10:01:40', viaLocal2),
      starts('10:01:40', viaLocal101),
      answers('10:01:45', viaLocal101),
      dialEnded('10:01:45', viaLocal2, viaLocal101, 'ANSWER'),
      ...bridged('10:01:45', viaLocal2, viaLocal101, 'bridge-2'),
      answers('10:01:45', viaLocal),
      dials('10:01:45', viaLocal, CLIENT),
      starts('10:01:46', clientLink(1)),
      starts('10:01:46', clientLink(2)),
      starts('10:01:47', linkTrunk),
      answers('10:02:00', linkTrunk),
      dialEnded('10:02:00', clientLink(2), linkTrunk, 'ANSWER'),
      ...bridged('10:02:00', clientLink(2), linkTrunk, 'bridge-3'),
      answers('10:02:00', clientLink(1)),
      ...bridged('10:02:00', viaLocal, clientLink(1)),
      ...over('10:03:00', linkTrunk, clientLink(2), clientLink(1), viaLocal, viaLocal2, viaLocal101),
    ],
    cdr: [
      ...missed.cdr,
      row(viaLocal, '10:01:40', {
        dst: CLIENT,
        dstchannel: clientLink(1).name,
        disposition: 'ANSWERED',
        duration: 80,
        billsec: 75,
      }),
      row(viaLocal2, '10:01:40', {
        dstchannel: viaLocal101.name,
        disposition: 'ANSWERED',
        duration: 80,
        billsec: 75,
        sequence: 1,
      }),
      row(clientLink(2), '10:01:46', {
        dstchannel: linkTrunk.name,
        disposition: 'ANSWERED',
        duration: 74,
        billsec: 60,
        sequence: 2,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 101`],
  },
  {
    what: 'missed, and called back in vain by a click through a link on both sides',
    happens: [
      ...missed.happens,
      starts('10:01:40', viaLocal),
      starts('10:01:40', viaLocal2),
      starts('10:01:40', viaLocal101),
      answers('10:01:45', viaLocal101),
      dialEnded('10:01:45', viaLocal2, viaLocal101, 'ANSWER'),
      ...bridged('10:01:45', viaLocal2, viaLocal101, 'bridge-2'),
      answers('10:01:45', viaLocal),
      dials('10:01:45', viaLocal, CLIENT),
      starts('10:01:46', clientLink(1)),
      starts('10:01:46', clientLink(2)),
      starts('10:01:47', linkTrunk),
      dialEnded('10:02:15', clientLink(2), linkTrunk, 'NOANSWER'),
      dialEnded('10:02:15', viaLocal, clientLink(1), 'NOANSWER'),
      hangsUp('10:02:15', linkTrunk),
      hangsUp('10:02:15', clientLink(2), 'NOANSWER'),
      hangsUp('10:02:15', clientLink(1)),
      hangsUp('10:02:15', viaLocal, 'NOANSWER'),
      hangsUp('10:02:15', viaLocal2),
      hangsUp('10:02:15', viaLocal101),
    ],
    cdr: [
      ...missed.cdr,
      row(viaLocal, '10:01:40', {
        dst: CLIENT,
        dstchannel: clientLink(1).name,
        duration: 35,
        billsec: 0,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 attempted 10:02:15 by 101`],
  },
  {
    what: 'a telephone that was to ring for a click, and nobody took it',
    happens: [starts('10:01:40', click), hangsUp('10:02:00', click, '', 19)],
    cdr: [row(click, '10:01:40', { dst: 's', lastapp: 'AppDial2', duration: 20 })],
    waits: [],
  },
  {
    what: 'missed, and called back by our order: our own telephone rings first',
    happens: [
      ...missed.happens,
      starts('10:01:40', order),
      answers('10:01:45', order),
      dialEnded('10:01:45', order, order, 'ANSWER'),
      dials('10:01:45', order, CLIENT),
      starts('10:01:46', orderTrunk),
      answers('10:02:00', orderTrunk),
      dialEnded('10:02:00', order, orderTrunk, 'ANSWER'),
      ...bridged('10:02:00', order, orderTrunk),
      ...over('10:03:00', orderTrunk, order),
    ],
    cdr: [
      ...missed.cdr,
      row(order, '10:01:40', {
        dst: CLIENT,
        dstchannel: orderTrunk.name,
        disposition: 'ANSWERED',
        duration: 80,
        billsec: 75,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 101`],
    waitsByCdr: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:01:45 by 101`],
  },
  {
    what: 'missed, and called back in vain by our order, from a telephone with a name, by a trunk that wants a 9 first',
    happens: [
      ...missed.happens,
      starts('10:01:40', orderOfAnna),
      answers('10:01:45', orderOfAnna),
      dialEnded('10:01:45', orderOfAnna, orderOfAnna, 'ANSWER'),
      dials('10:01:45', orderOfAnna, `9${CLIENT}`),
      starts('10:01:46', orderTrunk),
      dialEnded('10:02:15', orderOfAnna, orderTrunk, 'NOANSWER'),
      hangsUp('10:02:15', orderTrunk),
      hangsUp('10:02:15', orderOfAnna, 'NOANSWER'),
    ],
    cdr: [
      ...missed.cdr,
      row(orderOfAnna, '10:01:40', {
        dst: `9${CLIENT}`,
        dstchannel: orderTrunk.name,
        duration: 35,
        billsec: 30,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 attempted 10:02:15 by anna`],
  },
  {
    what: 'missed, and our own telephone is not picked up for the call that we ordered: the client goes on waiting',
    happens: [
      ...missed.happens,
      starts('10:01:40', order),
      dialEnded('10:02:10', order, order, 'NOANSWER'),
      hangsUp('10:02:10', order, '', 19),
    ],
    cdr: [...missed.cdr, row(order, '10:01:40', { dst: 's', lastapp: 'AppDial2', duration: 30 })],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 waits`],
  },
  {
    what: 'a hidden number',
    happens: [starts('10:00:00', { ...a, caller: '' }), hangsUp('10:00:20', { ...a, caller: '' })],
    cdr: [row({ ...a, caller: '' }, '10:00:00', { ...DID, lastapp: 'Queue', duration: 20 })],
    waits: ['hidden:1764151200.1 10:00:00 missed 10:00:20 waits'],
  },
  {
    what: 'forwarded to a mobile, which answers',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', mobile),
      answers('10:00:15', mobile),
      dialEnded('10:00:15', a, mobile, 'ANSWER'),
      answers('10:00:15', a),
      ...bridged('10:00:15', a, mobile),
      ...over('10:01:00', mobile, a),
    ],
    cdr: [row(a, '10:00:00', { ...TALK, dstchannel: mobile.name, duration: 60, billsec: 45 })],
    waits: [`+${CLIENT} 10:00:00 answered 10:00:15`],
  },
  {
    what: 'forwarded to a mobile, whose voicemail does not press the key that takes the call',
    happens: [
      starts('10:00:00', a),
      starts('10:00:01', mobile),
      answers('10:00:15', mobile),
      dialEnded('10:00:15', a, mobile, 'ANSWER'),
      hangsUp('10:00:30', mobile),
      hangsUp('10:00:31', a, 'NOANSWER'),
    ],
    cdr: [row(a, '10:00:00', { ...TALK, dstchannel: mobile.name, duration: 31, billsec: 0 })],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:31 waits`],
  },
  {
    what: 'missed, and called back from a telephone of five digits',
    happens: [
      ...missed.happens,
      starts('10:01:50', long),
      starts('10:01:51', longTrunk),
      answers('10:02:00', longTrunk),
      dialEnded('10:02:00', long, longTrunk, 'ANSWER'),
      answers('10:02:00', long),
      ...bridged('10:02:00', long, longTrunk),
      ...over('10:03:00', longTrunk, long),
    ],
    cdr: [
      ...missed.cdr,
      row(long, '10:01:50', {
        dstchannel: longTrunk.name,
        disposition: 'ANSWERED',
        duration: 70,
        billsec: 60,
      }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 10001`],
  },
  {
    what: 'nobody picks up a call by a trunk that is named like a telephone',
    happens: [starts('10:00:00', odd), hangsUp('10:00:20', odd)],
    cdr: [row(odd, '10:00:00', { ...DID, lastapp: 'Queue', duration: 20 })],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 waits`],
  },
  {
    what: 'picked up from another telephone, which talks under the client’s Linkedid',
    ...grabbing(grabbed),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 103`],
  },
  {
    what: 'picked up from another telephone, which talks under a Linkedid of its own',
    ...grabbing(grab),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 103`],
  },
  {
    what: 'missed, and called back behind a star that hides one’s own number',
    ...calledBackBehind(coded, codedTrunk),
  },
  {
    what: 'missed, and called back behind a star, by a trunk that bears our own number',
    ...calledBackBehind(coded, codedAs),
  },
  {
    what: 'missed, and called back behind a code of a mobile network',
    ...calledBackBehind(hashed, hashedTrunk),
  },
  {
    what: 'missed, and called back in vain behind a star',
    happens: [
      ...missed.happens,
      starts('10:01:50', coded),
      starts('10:01:51', codedTrunk),
      dialEnded('10:02:30', coded, codedTrunk, 'NOANSWER'),
      hangsUp('10:02:30', codedTrunk),
      hangsUp('10:02:30', coded, 'NOANSWER'),
    ],
    cdr: [...missed.cdr, row(coded, '10:01:50', { dstchannel: codedTrunk.name, duration: 40 })],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 attempted 10:02:30 by 101`],
  },
  {
    what: 'missed, and their number given to the exchange behind a star: nobody has called back',
    happens: [
      ...missed.happens,
      starts('10:01:50', forwarding),
      starts('10:01:50', forwardingApp),
      answers('10:01:51', forwarding),
      hangsUp('10:01:55', forwardingApp),
      hangsUp('10:01:55', forwarding),
    ],
    cdr: [
      ...missed.cdr,
      row(forwarding, '10:01:50', { disposition: 'ANSWERED', lastapp: 'Playback', duration: 5, billsec: 4 }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 waits`],
  },
  {
    what: 'colleagues among themselves',
    happens: [
      starts('10:00:00', inside),
      starts('10:00:00', inside2),
      answers('10:00:05', inside2),
      dialEnded('10:00:05', inside, inside2, 'ANSWER'),
      answers('10:00:05', inside),
      ...bridged('10:00:05', inside, inside2),
      ...over('10:01:00', inside2, inside),
    ],
    cdr: [
      row(inside, '10:00:00', {
        dstchannel: inside2.name,
        disposition: 'ANSWERED',
        duration: 60,
        billsec: 55,
      }),
    ],
    waits: [],
  },
];
