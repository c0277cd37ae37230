import { isExtension } from '../../provider/phoneNumbers.ts';

/** 101 for `PJSIP/101-00000012` and for `Local/101@from-queue-00000003;2`. */
export function peerOf(channel: string): string {
  const [, rest = ''] = /^[^/]+\/(.*)$/.exec(channel) ?? [];
  const bare = rest.replace(/;[12]$/, '').replace(/-[0-9a-f]+$/i, '');
  // DAHDI/i1/79160000001-5
  return bare.split('@', 1).join('').split('/').at(-1) ?? '';
}

/** An internal link, not a telephone. */
export const isLocal = (channel: string): boolean => /^Local\//i.test(channel);

/** Empty for a hidden number (`<unknown>`, `anonymous`) and for `s`, where none was dialled. */
export const numberOf = (text: string | undefined): string => {
  const bare = (text ?? '').replaceAll(/[\s()-]/g, '');
  return /^\+?[\d*#]+$/.test(bare) ? bare : '';
};

/**
 * Whether it is one of our telephones, `PJSIP/101-…`. Five or six digits may be a trunk's login, so the caller's
 * number must match.
 */
export const isTelephone = (channel: string, caller = ''): boolean => {
  const peer = peerOf(channel);
  return /^\d{2,4}$/.test(peer) || (/^\d{5,6}$/.test(peer) && peer === caller);
};

/** Contexts for calls from outside, in FreePBX and by convention. */
const FROM_OUTSIDE =
  /^(from-(trunk|pstn|did|dahdi|zaptel|analog|digital|sip-external|outside)|ext-did|incoming|inbound)/i;

export interface FirstChannel {
  readonly channel: string;
  /** As written. */
  readonly caller: string | undefined;
  /** As written. */
  readonly dialled: string | undefined;
  readonly context: string | undefined;
  /** By a call file or a click in a CRM. */
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

/** `inside`: nobody from outside. `undecided`: one of us will dial, their telephone rings first. */
export function partiesOf(first: FirstChannel): Parties | 'inside' | 'undecided' {
  const [caller, dialled] = [numberOf(first.caller), numberOf(first.dialled)];
  if (!isOurs(first)) return { direction: 'in', outside: caller, line: dialled || null, caller: null };
  // An auto-dialler's client, whom the channel does not name.
  const isTelephones = isLocal(first.channel) || isTelephone(first.channel, caller) || isExtension(caller);
  if (!isTelephones) return 'inside';
  const own = telephoneName(first.channel, caller);
  if (dialled === '' || (first.isOriginated && dialled === own) || isCoded(dialled)) return 'undecided';
  if (isInside(dialled, own)) return 'inside';
  return { direction: 'out', outside: dialled, line: null, caller: own || null };
}

/**
 * `*67…` and `#31#…` hide the caller, but `*72…` forwards calls: only a trunk channel shows that the number was
 * dialled.
 */
const isCoded = (dialled: string): boolean => /^[*#]\d{2,3}[*#]?\d{7,}$/.test(dialled);

/** Whom a coded call reaches, by the trunk channel's number; null where there is none. */
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

/** Whether the channel goes to the outside: neither a link nor our telephone. */
export const isTrunk = (channel: string, caller: string | undefined): boolean =>
  !isLocal(channel) && !isTelephone(channel, numberOf(caller));

const telephoneName = (channel: string, caller: string): string =>
  isExtension(caller) && !isLocal(channel) ? caller : peerOf(channel);

/** A number as long as our own is a colleague's; a star means a function. */
const isInside = (dialled: string, own: string): boolean =>
  isExtension(dialled) || /[*#]/.test(dialled) || (/^\d+$/.test(own) && dialled.length === own.length);

/** null for a forward to a mobile, which the exchange does not name. */
export function nameOfSpeaker(channel: string, first: string): string | null {
  const peer = peerOf(channel);
  return peer === '' || peer === peerOf(first) || /^\+?\d{7,}$/.test(peer) ? null : peer;
}

/**
 * The Uniqueid (so the Linkedid) of a call that we order; it carries the client's number. FreePBX's tables hold 32
 * characters, hence only the end of our id.
 */
export const nameOrdered = ({ id, to }: { readonly id: string; readonly to: string }): string =>
  `otklik.${id.replaceAll(/[^\da-z]/gi, '').slice(-8)}.${to.replace('+', '')}`;

/** E.164; null for a call that we did not order. */
const orderedFor = (call: string): string | null => {
  const [, digits] = /^otklik\.[\da-z]+\.(\d+)$/i.exec(call) ?? [];
  return digits === undefined ? null : `+${digits}`;
};

/** null for a call that we did not order. */
export function partiesOrdered(call: string, first: string): Extract<Parties, { direction: 'out' }> | null {
  const outside = orderedFor(call);
  return outside === null ? null : { direction: 'out', outside, line: null, caller: peerOf(first) || null };
}
