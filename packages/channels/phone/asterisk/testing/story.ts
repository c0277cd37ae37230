import type { EpochMs } from '@otklik/domain';
import type { AmiMessage } from '../ami.ts';
import type { CdrRow, CelRow } from '../rows.ts';

export interface StoryChannel {
  readonly name: string;
  readonly id: string;
  /** The id of the call's first channel. */
  readonly linked: string;
  readonly caller?: string;
  readonly exten?: string;
  readonly context?: string;
  /** Originated by the exchange. */
  readonly isOriginated?: boolean;
}

/** AMI tells it; CEL records most of it. */
export type Happening = { readonly time: EpochMs } & (
  | { readonly does: 'starts' | 'answers'; readonly channel: StoryChannel }
  | { readonly does: 'dials'; readonly channel: StoryChannel; readonly exten: string }
  | {
      readonly does: 'dialEnded';
      readonly channel: StoryChannel;
      readonly to: StoryChannel;
      readonly status: string;
    }
  /** A ringing telephone is picked up from another. */
  | { readonly does: 'isGrabbed'; readonly channel: StoryChannel; readonly by: StoryChannel }
  | { readonly does: 'enters' | 'leaves'; readonly channel: StoryChannel; readonly bridge?: string }
  | {
      readonly does: 'hangsUp';
      readonly channel: StoryChannel;
      readonly cause?: number;
      readonly status?: string;
    }
);

const BRIDGE = 'bridge-1';
export const PARKING = 'parking-lot';
const technologyOf = (bridge: string | undefined): string =>
  bridge === PARKING ? 'holding_bridge' : 'simple_bridge';

/**
 * https://docs.asterisk.org/Asterisk_20_Documentation/API_Documentation/AMI_Events/ (Newchannel, Newexten, DialEnd,
 * BridgeEnter, BridgeLeave, Hangup). Answering is a Newstate.
 */
export function amiFields(happening: Happening): Readonly<Record<string, string>> {
  const { channel, time } = happening;
  const base = {
    Channel: channel.name,
    ChannelState: channel.isOriginated ? '0' : '4',
    CallerIDNum: channel.caller || '<unknown>',
    ConnectedLineNum: '<unknown>',
    Context: channel.context ?? 'from-internal',
    Exten: channel.exten ?? '',
    Uniqueid: channel.id,
    Linkedid: channel.linked,
    Timestamp: `${time / 1_000}`,
  };
  switch (happening.does) {
    case 'starts':
      return { Event: 'Newchannel', ...base };
    case 'answers':
      return { Event: 'Newstate', ...base, ChannelState: '6', ChannelStateDesc: 'Up' };
    case 'dials':
      return { Event: 'Newexten', ...base, Exten: happening.exten, Application: 'Dial', AppData: '' };
    case 'dialEnded':
      return {
        Event: 'DialEnd',
        ...base,
        DestChannel: happening.to.name,
        DestUniqueid: happening.to.id,
        DestLinkedid: happening.to.linked,
        DialStatus: happening.status,
      };
    case 'enters':
      return {
        Event: 'BridgeEnter',
        BridgeUniqueid: happening.bridge ?? BRIDGE,
        BridgeTechnology: technologyOf(happening.bridge),
        ...base,
      };
    case 'leaves':
      return { Event: 'BridgeLeave', BridgeUniqueid: happening.bridge ?? BRIDGE, ...base };
    case 'isGrabbed':
      return { Event: 'Pickup', ...base, TargetChannel: channel.name, Channel: happening.by.name };
    case 'hangsUp':
      return { Event: 'Hangup', ...base, Cause: String(happening.cause ?? 16), 'Cause-txt': '' };
  }
}

export const amiOf = (happening: Happening): AmiMessage => messageOf(amiFields(happening));

const messageOf = (fields: Readonly<Record<string, string>>): AmiMessage =>
  new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));

/** What CoreShowChannels lists then. */
export function listedAfter(happened: readonly Happening[], now: EpochMs): AmiMessage[] {
  const alive = new Map<string, { began: EpochMs; channel: StoryChannel; bridge: string; isUp: boolean }>();
  for (const happening of happened) {
    const { channel, does, time } = happening;
    const known = alive.get(channel.id);
    if (does === 'starts') alive.set(channel.id, { began: time, channel, bridge: '', isUp: false });
    if (does === 'answers' && known) alive.set(channel.id, { ...known, isUp: true });
    if (does === 'enters' && known)
      alive.set(channel.id, { ...known, channel, bridge: happening.bridge ?? BRIDGE });
    if (does === 'leaves' && known) alive.set(channel.id, { ...known, channel, bridge: '' });
    if (does === 'hangsUp') alive.delete(channel.id);
  }
  const listed = [...alive.values()].map(({ began, channel, bridge, isUp }) =>
    messageOf({
      Event: 'CoreShowChannel',
      Channel: channel.name,
      ChannelState: isUp ? '6' : channel.isOriginated ? '5' : '4',
      CallerIDNum: channel.caller || '<unknown>',
      ConnectedLineNum: '<unknown>',
      // Where the dial plan is by now.
      Exten: 's',
      Context: 'macro-dial-one',
      Uniqueid: channel.id,
      Linkedid: channel.linked,
      BridgeId: bridge,
      Duration: new Date(now - began).toISOString().slice(11, 19),
    }),
  );
  return [...listed, messageOf({ Event: 'CoreShowChannelsComplete' })];
}

/** https://docs.asterisk.org/Configuration/Reporting/Channel-Event-Logging-CEL/CEL-Specification/ */
export function celOf(happening: Happening): Omit<CelRow, 'id'>[] {
  const { channel, does } = happening;
  const row = (eventtype: string, extra: object | null = null) => ({
    eventtype,
    at: happening.time,
    cid_num: channel.caller ?? '',
    exten: eventtype === 'CHAN_START' ? (channel.exten ?? '') : 's',
    context: channel.context ?? 'from-internal',
    channame: channel.name,
    appname: channel.isOriginated && eventtype === 'ANSWER' ? 'AppDial2' : '',
    uniqueid: channel.id,
    linkedid: channel.linked,
    extra: extra === null ? '' : JSON.stringify(extra),
  });
  switch (does) {
    case 'starts':
      return [row('CHAN_START')];
    case 'answers':
      return [row('ANSWER')];
    case 'enters':
    case 'leaves':
      return [
        row(does === 'enters' ? 'BRIDGE_ENTER' : 'BRIDGE_EXIT', {
          bridge_id: happening.bridge ?? BRIDGE,
          bridge_technology: technologyOf(happening.bridge),
        }),
      ];
    case 'isGrabbed':
      return [row('PICKUP', { pickup_channel: happening.by.name, pickup_channel_uniqueid: happening.by.id })];
    case 'hangsUp':
      return [
        row('HANGUP', {
          hangupcause: happening.cause ?? 16,
          hangupsource: channel.name,
          dialstatus: happening.status ?? '',
        }),
        row('CHAN_END'),
      ];
    default:
      return [];
  }
}

/** A row of FreePBX's `cdr`. */
export function cdrRow(
  channel: StoryChannel,
  time: EpochMs,
  over: Partial<CdrRow> & { readonly duration: number },
): CdrRow {
  return {
    start: time,
    channel: channel.name,
    dstchannel: '',
    src: channel.caller ?? '',
    cnum: channel.caller ?? '',
    dst: channel.exten ?? '',
    did: '',
    dcontext: 'from-internal',
    lastapp: 'Dial',
    disposition: 'NO ANSWER',
    uniqueid: channel.id,
    linkedid: channel.linked,
    billsec: 0,
    sequence: 0,
    ...over,
  };
}
