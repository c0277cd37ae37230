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

/** A closed connection is never reused. */
export type Next =
  | { readonly step: 'again' }
  | { readonly step: 'backoff'; readonly problem: LocalizedText }
  /** A person must act first. */
  | { readonly step: 'stop'; readonly problem: LocalizedText }
  /** The session is void: forget it and ask to be linked again. */
  | { readonly step: 'relink'; readonly problem: LocalizedText };

export type Stage = 'linked' | 'shown' | 'new';

/**
 * Decides by the library's `DisconnectReason` and WhatsApp's `<failure reason>` (402 temporary ban, 403 locked, 405
 * outdated, 406 banned). null: the network.
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
      // Nobody scanned the code in time.
      return stage === 'shown' ? { step: 'again' } : { step: 'backoff', problem: SILENT };
    case null:
      return { step: 'backoff', problem: OUT_OF_REACH };
    default:
      return { step: 'backoff', problem: closedWith(code) };
  }
}
