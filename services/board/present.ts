import { type Config, channelOnWait } from '@otklik/config';
import { clientName, type EpochMs, personInCharge, SECOND } from '@otklik/domain';
import type { Dispute, NamedWait } from '@otklik/store';
import { type WaitShape, waitShape } from './api/waitShape.ts';

export const iso = (at: EpochMs): string => new Date(at).toISOString();
const maybe = (at: EpochMs | null): string | null => (at === null ? null : iso(at));

/** The wait at this moment. */
export function presentWait(wait: NamedWait, config: Config, now: EpochMs): WaitShape {
  const channel = channelOnWait(config, wait.channel);
  return {
    id: wait.id,
    client: clientName(wait),
    client_id: wait.client_id,
    channel: wait.channel,
    thread: wait.thread,
    owner: wait.owner,
    asked: channel
      ? personInCharge({ owner: wait.owner, ownerWhy: wait.owner_why }, channel, config.people, now).person
      : wait.owner,
    owner_why: wait.owner_why,
    first_owner: wait.first_owner,
    also_on: [...wait.also_on],
    kind: waitShape.shape.kind.parse(wait.kind),
    text: wait.text,
    link: wait.link,
    subject: wait.subject,
    stage: wait.breached_at !== null ? 'breached' : wait.warned_at !== null ? 'warned' : 'waiting',
    opened_at: iso(wait.opened_at),
    warn_at: iso(wait.warn_at),
    breach_at: iso(wait.breach_at),
    warned_at: maybe(wait.warned_at),
    breached_at: maybe(wait.breached_at),
    missed_at: maybe(wait.missed_at),
    closed_at: maybe(wait.closed_at),
    outcome: wait.outcome,
    answered_by: wait.answered_by,
    answered_via: wait.answered_via,
    answered_with: wait.answered_with,
    formal_answer: wait.formal_answer,
    farewell: wait.farewell,
    excused_seconds: wait.excused_seconds,
    response_seconds: wait.response_seconds,
    after_hours: wait.after_hours,
    history: wait.history,
    late_delivered: wait.late_delivered,
    etiquette: wait.etiquette,
    taken_by: wait.taken_by,
    taken_until: maybe(wait.taken_until),
    hand_over: wait.handed && {
      by: wait.handed.giver,
      from: wait.handed.from,
      to: wait.handed.to,
      until: iso(wait.handed.until),
      state: wait.handed.state,
    },
    next_step_at: maybe(wait.due_at),
  };
}

export const presentDispute = (dispute: Dispute) => ({
  by: dispute.person,
  reason: dispute.reason,
  at: iso(dispute.at),
  decided_by: dispute.decided_by,
  decided_at: maybe(dispute.decided_at),
  accepted: dispute.accepted,
  note: dispute.note,
  excused_seconds: dispute.excused_seconds,
});

export const seconds = (ms: number): number => ms / SECOND;
