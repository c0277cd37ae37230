import type { Config } from '@otklik/config';
import { whoOfOurs } from '@otklik/domain';
import type { Timeline } from '@otklik/store';
import { z } from 'zod';
import { iso } from '../present.ts';
import { instant } from './fields.ts';

export const timelineItem = z.looseObject({ at: instant, type: z.string() }).meta({ id: 'TimelineItem' });

type TimelineItem = z.infer<typeof timelineItem>;

/** All about a wait, in the order in which it happened. */
export function presentTimeline(timeline: Timeline, config: Config): TimelineItem[] {
  const items: TimelineItem[] = [
    ...timeline.events
      .filter((event) => event.kind !== 'decision') // shown as the act that it is
      .map((event) => presentEvent(event, config)),
    ...timeline.steps.map(presentStep),
    ...timeline.notices.filter(({ type }) => type === 'wait.step').map(presentPing),
    ...timeline.acts.map(presentAct),
    ...timeline.passedOver.map(presentPassedOver),
    ...timeline.corrections.map(presentCorrection),
  ];
  return items.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const presentEvent = (event: Timeline['events'][number], config: Config): TimelineItem => ({
  at: iso(event.at),
  type: 'event',
  kind: event.kind,
  side: event.side,
  author: whoOfOurs(event, config) ?? event.author.name ?? event.author.id,
  text: event.text,
  received_at: iso(event.received_at),
  ...(event.call && {
    call: {
      direction: event.call.direction,
      phase: event.call.phase,
      outcome: event.call.outcome,
      talk_seconds: event.call.talkSeconds,
    },
  }),
});

const presentStep = (step: Timeline['steps'][number]): TimelineItem => ({
  at: iso(step.fired_at),
  type: 'step',
  step: step.step,
  stage: step.stage,
  due_at: iso(step.due_at),
  late_ms: step.fired_at - step.due_at,
  late_reason: step.late_reason,
  skipped: step.skipped,
  recipients: step.recipients,
  asked: step.asked,
});

const presentPing = (notice: Timeline['notices'][number]): TimelineItem => ({
  at: iso(notice.sent_at ?? notice.created_at),
  type: 'notice',
  recipient: notice.recipient,
  transport: notice.transport,
  state: notice.state,
  late_ms: notice.sent_at === null ? null : notice.sent_at - notice.due_at,
  problem: notice.problem,
});

/** Without the mark that tells two presses apart. */
const presentAct = ({ at, action, actor, details }: Timeline['acts'][number]): TimelineItem => {
  const { press: _, ...shown } = details;
  return { at: iso(at), type: 'act', action, by: actor, ...shown };
};

const presentPassedOver = ({
  at,
  step,
  person,
  why,
  instead,
}: Timeline['passedOver'][number]): TimelineItem => ({
  at: iso(at),
  type: 'passed_over',
  step,
  person,
  why,
  instead,
});

const presentCorrection = (correction: Timeline['corrections'][number]): TimelineItem => ({
  at: iso(correction.at),
  type: 'correction',
  field: correction.field,
  from: correction.was,
  to: correction.became,
  reason: correction.reason,
});
