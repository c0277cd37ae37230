import { isExtension } from '../../provider/phoneNumbers.ts';

/** The other end of a channel by its name: `PJSIP/101-00000012` is 101, `Local/101@from-queue-00000003;2` is 101 too. */
export function peerOf(channel: string): string {
  const [, rest = ''] = /^[^/]+\/(.*)$/.exec(channel) ?? [];
  const bare = rest.replace(/;[12]$/, '').replace(/-[0-9a-f]+$/i, '');
  // DAHDI/i1/79160000001-5
  return bare.split('@', 1).join('').split('/').at(-1) ?? '';
}

/** Two halves of a link inside the exchange, no telephone. */
export const isLocal = (channel: string): boolean => /^Local\//i.test(channel);

/** Asterisk writes `<unknown>`, `anonymous` and the like for a hidden number, and `s` where none was dialled. */
export const numberOf = (text: string | undefined): string => {
  const bare = (text ?? '').replaceAll(/[\s()-]/g, '');
  return /^\+?[\d*#]+$/.test(bare) ? bare : '';
};

/**
 * Whether a channel is one of our telephones by its name: `PJSIP/101-…`; of five or six digits, which may be a trunk's
 * login as well, when it calls with that very number.
 */
export const isTelephone = (channel: string, caller = ''): boolean => {
  const peer = peerOf(channel);
  return /^\d{2,4}$/.test(peer) || (/^\d{5,6}$/.test(peer) && peer === caller);
};

/** The contexts in which calls from outside arrive, in FreePBX (`from-trunk`, `from-pstn`, `ext-did`) and by habit elsewhere. */
const FROM_OUTSIDE =
  /^(from-(trunk|pstn|did|dahdi|zaptel|analog|digital|sip-external|outside)|ext-did|incoming|inbound)/i;

/** What is known of the first channel of a call. */
export interface FirstChannel {
  readonly channel: string;
  /** The number that it calls with, as it is written. */
  readonly caller: string | undefined;
  /** What it dialled, as it is written. */
  readonly dialled: string | undefined;
  readonly context: string | undefined;
  /** Whether the exchange itself called it: a call file, a click in a CRM. */
  readonly isOriginated: boolean;
}

export type Parties =
  | {
      readonly direction: 'in';
      readonly outside: string;
      readonly line: string | null;
      readonly caller: null;
    }
  | {
      readonly direction: 'out';
      readonly outside: string;
      readonly line: null;
      readonly caller: string | null;
    };

/** Whether one of us began the call. */
export function isOurs({ channel, caller, context, isOriginated }: FirstChannel): boolean {
  const number = numberOf(caller);
  if (isLocal(channel) || isOriginated) return true;
  if (isExtension(number)) return true;
  return isTelephone(channel, number) && !FROM_OUTSIDE.test(context ?? '');
}

/**
 * Who talks to whom. `inside`: nobody from outside is in it. `undecided`: one of us will dial, nobody knows whom yet (the
 * telephone rings first, and only then the client is called).
 */
export function partiesOf(first: FirstChannel): Parties | 'inside' | 'undecided' {
  const [caller, dialled] = [numberOf(first.caller), numberOf(first.dialled)];
  if (!isOurs(first)) return { direction: 'in', outside: caller, line: dialled || null, caller: null };
  // Called by the exchange, and no telephone of ours: an auto-dialler's client. Who that is the channel does not say.
  const isTelephones = isLocal(first.channel) || isTelephone(first.channel, caller) || isExtension(caller);
  if (!isTelephones) return 'inside';
  const own = telephoneName(first.channel, caller);
  if (dialled === '' || (first.isOriginated && dialled === own) || isCoded(dialled)) return 'undecided';
  if (isInside(dialled, own)) return 'inside';
  return { direction: 'out', outside: dialled, line: null, caller: own || null };
}

/**
 * A number dialled behind a code, `*67…` and `#31#…` to hide one's own. It may as well be an order to the exchange (`*72…`
 * forwards calls there): only a channel that is made for it shows that it is dialled.
 */
const isCoded = (dialled: string): boolean => /^[*#]\d{2,3}[*#]?\d{7,}$/.test(dialled);

/** Whom a call reaches that was dialled behind a code, by the number that the trunk’s channel bears; null where there was none. */
export function partiesBehindCode(
  { channel, caller, dialled: written }: Omit<FirstChannel, 'isOriginated' | 'context'>,
  trunkBears: string | undefined,
): Extract<Parties, { direction: 'out' }> | null {
  const dialled = numberOf(written);
  if (!isCoded(dialled)) return null;
  const borne = numberOf(trunkBears);
  const isBorne = /^\+?\d{7,}$/.test(borne) && dialled.endsWith(borne.slice(-7));
  const outside = isBorne ? borne : dialled.replace(/^[*#](\d{2,3}[*#]|\d\d)/, '');
  return { direction: 'out', outside, line: null, caller: telephoneName(channel, numberOf(caller)) || null };
}

/** Whether a channel that a call makes is one to the outside: neither a link nor one of our telephones. */
export const isTrunk = (channel: string, caller: string | undefined): boolean =>
  !isLocal(channel) && !isTelephone(channel, numberOf(caller));

const telephoneName = (channel: string, caller: string): string =>
  isExtension(caller) && !isLocal(channel) ? caller : peerOf(channel);

/** A number as long as our own is a colleague's; with a star it is a function of the exchange. */
const isInside = (dialled: string, own: string): boolean =>
  isExtension(dialled) || /[*#]/.test(dialled) || (/^\d+$/.test(own) && dialled.length === own.length);

/** Who picked up. Forwarded by the line that it came by: the mobile of somebody whom the exchange does not name. */
export function nameOfSpeaker(channel: string, first: string): string | null {
  const peer = peerOf(channel);
  return peer === '' || peer === peerOf(first) || /^\+?\d{7,}$/.test(peer) ? null : peer;
}

/**
 * The Uniqueid that we give to the first channel of a call that we order (and so the Linkedid of all): it says whom the call is
 * for. FreePBX's tables have 32 characters for it, so that of our own id the end has to do.
 */
export const nameOrdered = ({ id, to }: { readonly id: string; readonly to: string }): string =>
  `otklik.${id.replaceAll(/[^\da-z]/gi, '').slice(-8)}.${to.replace('+', '')}`;

/** The client of a call that we ordered, E.164; null of any other call. */
const orderedFor = (call: string): string | null => {
  const [, digits] = /^otklik\.[\da-z]+\.(\d+)$/i.exec(call) ?? [];
  return digits === undefined ? null : `+${digits}`;
};

/** Of a call that we ordered, by its name and its first channel: whose telephone rings first, for which client. */
export function partiesOrdered(call: string, first: string): Extract<Parties, { direction: 'out' }> | null {
  const outside = orderedFor(call);
  return outside === null ? null : { direction: 'out', outside, line: null, caller: peerOf(first) || null };
}
