import type { LocalizedText } from '../channel.ts';
import {
  closedWith,
  NO_DEVICES,
  NOT_COMPLETED,
  OLD_VERSION,
  OUT_OF_REACH,
  REMOVED,
  REPLACED,
  restricted,
  SILENT,
} from './texts.ts';

/** What is to be done when WhatsApp closed the connection. Always with a new connection, never with the old one. */
export type Next =
  | { readonly step: 'again' }
  | { readonly step: 'backoff'; readonly problem: LocalizedText }
  /** Trying again would make it worse: a person has to do something first. */
  | { readonly step: 'stop'; readonly problem: LocalizedText }
  /** The session is void: forget it, and ask to be linked anew. */
  | { readonly step: 'relink'; readonly problem: LocalizedText };

/** How far the linking was: done, its code shown to people, or neither. */
export type Stage = 'linked' | 'shown' | 'new';

/**
 * By the code with which the connection closed: `DisconnectReason` of the library, and the numbers of WhatsApp's own
 * `<failure reason>` (402 a ban for a time, 403 locked, 405 an old version, 406 banned). null: the network.
 */
export function afterClose(code: number | null, stage: Stage): Next {
  switch (code) {
    case 515:
      return { step: 'again' };
    case 401:
      return { step: 'relink', problem: stage === 'linked' ? REMOVED : NOT_COMPLETED };
    case 402:
    case 403:
    case 406:
      return { step: 'stop', problem: restricted(code) };
    case 405:
      return { step: 'stop', problem: OLD_VERSION };
    case 411:
      return { step: 'stop', problem: NO_DEVICES };
    case 440:
      return { step: 'stop', problem: REPLACED };
    case 408:
      // Nobody scanned the code while it was good.
      return stage === 'shown' ? { step: 'again' } : { step: 'backoff', problem: SILENT };
    case null:
      return { step: 'backoff', problem: OUT_OF_REACH };
    default:
      return { step: 'backoff', problem: closedWith(code) };
  }
}
