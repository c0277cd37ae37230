import { signatureHeaders } from '@otklik/channels';
import type { Config } from '@otklik/config';
import { clientName, type EpochMs } from '@otklik/domain';
import type { CadenceSaid, ClaimedNotice, LeftSaid } from '@otklik/store';
import type { Bundle, HandOver, NoticeTransport } from './transport.ts';

const TIMEOUT_MS = 10_000;

/** Signed as Standard Webhooks. The id is the first notice's, the same on a retry. */
export function webhookTransport(config: () => Config, now: () => EpochMs): NoticeTransport {
  return {
    atOnce: 128,
    together: 'held',
    inTurn: false,
    async send(bundle): Promise<HandOver> {
      const target = config().notify.webhook;
      if (!target) return { outcome: 'refused', problem: 'notify.webhook is no longer configured' };
      const sentAt = now();
      const [notice] = bundle;
      const said = notice.held
        ? { type: 'digest', data: digestOf(bundle) }
        : { type: notice.type, data: dataOf(notice, sentAt) };
      const body = JSON.stringify({ type: said.type, timestamp: iso(sentAt), data: said.data });
      const headers = {
        'content-type': 'application/json',
        ...signatureHeaders(target.secret.reveal(), notice.id, body, sentAt),
      };
      try {
        const response = await fetch(target.url, {
          method: 'POST',
          headers,
          body,
          redirect: 'manual', // signed for one receiver
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await response.arrayBuffer(); // frees the connection
        return outcomeOf(response);
      } catch (error) {
        return { outcome: 'retry', afterMs: null, problem: problemOf(error) };
      }
    },
  };
}

/** Only 410 is final: nobody lives there any more. */
function outcomeOf(response: Response): HandOver {
  if (response.ok) return { outcome: 'sent' };
  const problem = `the receiver answered ${response.status}`;
  if (response.status === 410) return { outcome: 'refused', problem };
  const after = Number(response.headers.get('retry-after'));
  return { outcome: 'retry', afterMs: Number.isFinite(after) && after > 0 ? after * 1_000 : null, problem };
}

function dataOf(notice: ClaimedNotice, sentAt: EpochMs): object {
  const { wait } = notice;
  if (!wait) return { channel: notice.channel, ...(notice.data as object | null) };
  if (notice.type === 'history.left') return leftOf(notice);
  if (notice.type === 'cadence.attempt' || notice.type === 'cadence.ended') {
    const said = notice.data as CadenceSaid;
    return { ...said, at: iso(said.at), client: clientName(wait), wait: wait.id, channel: wait.channel };
  }
  const about = { wait: wait.id, channel: wait.channel, client: clientName(wait) };
  switch (notice.type) {
    case 'wait.step': {
      const late = Math.max(0, sentAt - notice.due_at);
      return {
        ...about,
        step: notice.step,
        stage: notice.stage,
        recipient: notice.recipient,
        due_at: iso(notice.due_at),
        sent_at: iso(sentAt),
        late_ms: late,
        late_reason: notice.late_reason,
      };
    }
    default:
      return {
        ...about,
        thread: wait.thread,
        owner: wait.owner,
        opened_at: iso(wait.opened_at),
        warn_at: iso(wait.warn_at),
        breach_at: iso(wait.breach_at),
        after_hours: wait.after_hours,
        late_delivered: wait.late_delivered,
        history: wait.history,
        ...(notice.type === 'wait.closed' && {
          closed_at: wait.closed_at === null ? null : iso(wait.closed_at),
          breached_at: wait.breached_at === null ? null : iso(wait.breached_at),
          outcome: wait.outcome,
          answered_by: wait.answered_by,
          answered_via: wait.answered_via,
          response_seconds: wait.response_seconds,
        }),
      };
  }
}

function leftOf({ recipient, data, named = [] }: ClaimedNotice): object {
  return {
    recipient,
    clients: (data as LeftSaid).clients,
    oldest: named.map((wait) => ({
      wait: wait.id,
      channel: wait.channel,
      client: clientName(wait),
      opened_at: iso(wait.opened_at),
      history: true,
    })),
  };
}

/** What quiet hours held back. */
function digestOf(bundle: Bundle): object {
  return {
    recipient: bundle[0].recipient,
    waits: bundle.flatMap(({ wait, channel, stage, due_at }) =>
      wait === null
        ? []
        : [
            {
              wait: wait.id,
              channel,
              client: clientName(wait),
              stage,
              due_at: iso(due_at),
              closed_at: wait.closed_at === null ? null : iso(wait.closed_at),
              outcome: wait.outcome,
            },
          ],
    ),
  };
}

const iso = (at: EpochMs) => new Date(at).toISOString();

/** `fetch failed` says nothing; its cause does. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
