import type { CallFailure } from '@otklik/channels';
import type { HandOver } from '../transports/transport.ts';

const BAD_REQUEST = 400;
/** A renewed, revoked or malformed token. */
const NOT_OURS: ReadonlySet<number> = new Set([401, 404]);
const FORBIDDEN = 403;
/** A 400 about the chat. A 403 always is: blocked, deactivated, never written to us. */
const NO_SUCH_CHAT =
  /chat not found|user not found|user_id_invalid|peer_id_invalid|chat_id is empty|user is deactivated|can't initiate conversation/i;

/** What a failed call means: https://core.telegram.org/api/errors */
export function handOverOf(failure: CallFailure): HandOver {
  if (failure.outcome === 'retry') return failure;
  const { code, problem } = failure;
  if (NOT_OURS.has(code)) return { outcome: 'closed', problem };
  const isDeadEnd = code === FORBIDDEN || (code === BAD_REQUEST && NO_SUCH_CHAT.test(problem));
  return isDeadEnd ? { outcome: 'refused', problem, isDeadEnd } : { outcome: 'refused', problem };
}
