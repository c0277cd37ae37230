import type { Evidence, Waiting } from './evidence.ts';
import type { Record, StepRecord, WaitRecord } from './record.ts';
import { editionAt, SECOND } from './truth.ts';

/** Something in the record that cannot be right. */
export interface Complaint {
  readonly rule: Rule;
  readonly wait: string | null;
  readonly what: string;
}

export type Rule =
  | 'once'
  | 'not after the answer'
  | 'nobody absent'
  | 'in time'
  | 'true reason'
  | 'nothing missed'
  | 'everyone asked'
  | 'in order'
  | 'asked again'
  | 'nobody about history'
  | 'as it happened';

interface Case extends Evidence {
  readonly record: Record;
  readonly waitOf: ReadonlyMap<string, WaitRecord>;
  readonly stepsOf: ReadonlyMap<string, readonly StepRecord[]>;
  readonly waitsOfGroup: ReadonlyMap<string, readonly WaitRecord[]>;
}

/** All that is wrong with a record, judged by the month's truth without the engine's code. */
export function check(record: Record, evidence: Evidence): Complaint[] {
  const it: Case = {
    ...evidence,
    record,
    waitOf: new Map(record.waits.map((wait) => [wait.id, wait])),
    stepsOf: Map.groupBy(record.steps, ({ wait }) => wait),
    waitsOfGroup: Map.groupBy(record.waits, (wait) => evidence.groupOf(wait)),
  };
  return [
    ...once(it),
    ...notAfterTheAnswer(it),
    ...nobodyAbsent(it),
    ...inTime(it),
    ...nothingMissed(it),
    ...everyoneAsked(it),
    ...inOrder(it),
    ...askedAgain(it),
    ...nobodyAboutHistory(it),
    ...asItHappened(it),
  ];
}

const says = (rule: Rule, wait: string | null, what: string): Complaint => ({ rule, wait, what });
const show = (at: number | null) =>
  at === null || at === Number.POSITIVE_INFINITY ? 'never' : new Date(at).toISOString();

/** Law 7: each step once, and each recipient told once by each transport. */
function once({ record }: Case): Complaint[] {
  const repeated = (names: readonly string[]) => names.filter((name, i) => names.indexOf(name) < i);
  const complaints: Complaint[] = [];
  for (const [wait, steps] of Map.groupBy(record.steps, ({ wait }) => wait))
    for (const step of repeated(steps.map(({ step }) => `step ${step}`)))
      complaints.push(says('once', wait, step));
  for (const [wait, notices] of Map.groupBy(record.notices, ({ wait }) => wait)) {
    for (const name of repeated(
      notices.map(({ step, recipient, transport }) => `step ${step} to ${recipient} by ${transport}`),
    ))
      complaints.push(says('once', wait, name));
  }
  return complaints;
}

/** What we knew of the step's client when it fired; null: nobody waited. */
function knownAt(it: Case, step: StepRecord): Waiting | null {
  const wait = it.waitOf.get(step.wait);
  const group = wait && it.groups.get(it.groupOf(wait));
  const then = group?.waiting.filter(({ from, to }) => from <= step.firedAt && step.firedAt < to) ?? [];
  return then.find(({ channel }) => channel.id === wait?.channel) ?? then[0] ?? null;
}

/** Laws 4 and 7: no step after the client's answer had reached us, recorded or not. */
const notAfterTheAnswer = (it: Case): Complaint[] =>
  it.record.steps.flatMap((step) => {
    const wait = it.waitOf.get(step.wait);
    const complain = (why: string) =>
      says('not after the answer', step.wait, `step ${step.step} at ${show(step.firedAt)}: ${why}`);
    if (knownAt(it, step) === null) return [complain('nobody waited')];
    if (wait && it.isAnswerUnderWay(it.groupOf(wait), step.firedAt))
      return [complain('the answer was there')];
    return [];
  });

/** Law 6: nobody who is away is asked while the channel's owner, a deputy or its head is there. */
function nobodyAbsent(it: Case): Complaint[] {
  return it.record.steps
    .filter(({ skipped }) => !skipped)
    .flatMap((step) => {
      const wait = it.waitOf.get(step.wait);
      const channel = wait && editionAt(it.editions, step.firedAt).channels.get(wait.channel);
      if (!channel) return [says('nobody absent', step.wait, 'its channel is not known')];
      const there = [channel.owner, ...channel.deputies, channel.head].filter(
        (id) => !it.isAbsent(id, step.firedAt),
      );
      return step.recipients
        .filter((id) => there.length > 0 && it.isAbsent(id, step.firedAt))
        .map((id) =>
          says(
            'nobody absent',
            step.wait,
            `step ${step.step} at ${show(step.firedAt)} asks ${id}, and ${there.join(', ')} are there`,
          ),
        );
    });
}

/** When the waits of a group were last planned anew while this one was open; null: never. */
function replannedAt(it: Case, wait: WaitRecord, by: number): number | null {
  const edits = it.groups.get(it.groupOf(wait))?.replanned ?? [];
  return edits.findLast((at) => wait.openedAt <= at && at <= by) ?? null;
}

/** The policy in force when we last saw a wait open, or learned of it; any, if we never saw it open. */
function policiesOf(it: Case, group: string, since: number, channel: string) {
  const seen = it.groups
    .get(group)
    ?.waiting.filter((one) => one.since === since && one.channel.id === channel);
  const last = seen?.toSorted((a, b) => a.to - b.to).at(-1);
  if (last) return [last.channel.policy];
  return it.editions.flatMap(({ channels }) => channels.get(channel)?.policy ?? []);
}

/** How far «Беру» may have moved the chain by then. */
function mostShift(it: Case, group: string, { since, channel }: Waiting, until: number): number {
  const theirs = new Set(it.waitsOfGroup.get(group)?.map(({ id }) => id));
  return (
    it.played.takes.filter(({ wait, at }) => theirs.has(wait) && since <= at && at < until).length *
    channel.policy.lease
  );
}

/** Law 7: in time, or as soon as we could know, and then with the reason. */
function inTime(it: Case): Complaint[] {
  return it.record.steps.flatMap((step) => {
    const wait = it.waitOf.get(step.wait);
    const known = knownAt(it, step);
    if (!wait || !known) return [];
    const complain = (what: string) =>
      says(
        'in time',
        step.wait,
        `step ${step.step}, due ${show(step.dueAt)}, fired ${show(step.firedAt)}: ${what}`,
      );
    const shift = mostShift(it, it.groupOf(wait), known, step.firedAt);
    // After a new plan the numbers continue: any rung of the new chain may be next.
    const rungs =
      step.step > 0 && replannedAt(it, wait, step.firedAt) !== null
        ? known.channel.policy.steps.map((_, index) => index + 1)
        : [step.step];
    const spans = rungs.map((rung) => ({ from: it.dueAt(known, rung, 0), to: it.dueAt(known, rung, shift) }));
    if (!spans.some(({ from, to }) => from <= step.dueAt && step.dueAt <= to)) {
      const due = spans.map(({ from, to }) => `from ${show(from)} to ${show(to)}`).join(' or ');
      return [complain(`it was due ${due}`)];
    }
    const expected = it.firesAt(Math.max(step.dueAt, known.from), known, it.groupOf(wait));
    if (!expected.some((at) => at <= step.firedAt && step.firedAt <= at + SECOND))
      return [complain(`it could fire at ${expected.map(show).join(' or ')}`)];
    if (step.skipped || step.firedAt - step.dueAt <= SECOND) return [];
    const reasons = [
      ...(it.wasAway(step.dueAt, step.firedAt, known.channel) ? ['outage'] : []),
      ...(it.wasBehind(step.dueAt, step.firedAt) ? ['backlog'] : []),
      ...(known.from > step.dueAt ? ['delivery', 'corrected'] : []),
      ...(step.dueAt < (replannedAt(it, wait, step.firedAt) ?? 0) ? ['policy'] : []),
    ];
    if (reasons.includes(step.lateReason ?? '')) return [];
    const late = (step.firedAt - step.dueAt) / SECOND;
    return [
      says(
        'true reason',
        step.wait,
        `step ${step.step}, due ${show(step.dueAt)}, is ${late} s late: the reason is ${reasons.join(' or ')}, and not ${step.lateReason}`,
      ),
    ];
  });
}

/** Clauses S2 and S4, law 6: each step whose client still waits fires and asks somebody. */
function nothingMissed(it: Case): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [name, { waiting }] of it.groups) {
    const waits = it.waitsOfGroup.get(name) ?? [];
    const steps = waits.flatMap(({ id }) => it.stepsOf.get(id) ?? []);
    for (const each of waiting) {
      for (const step of [0, ...each.channel.policy.steps.map((_, index) => index + 1)]) {
        const due = it.dueAt(each, step, mostShift(it, name, each, each.to));
        const latest = Math.max(...it.firesAt(Math.max(due, each.from), each, name)) + SECOND;
        const isReplanned = it.groups.get(name)?.replanned.some((at) => each.since <= at && at <= latest);
        const stage = due < each.since + each.channel.policy.breach ? 'warned' : 'breached';
        // A new rung drops out where the old plan has asked already.
        const isThis = (row: StepRecord) =>
          row.step === step || (isReplanned && (step === 0 || row.stage === stage || row.dueAt === due));
        const fired = steps.some((row) => isThis(row) && each.since <= row.firedAt && row.firedAt <= latest);
        if (latest < each.to && !fired)
          complaints.push(
            says(
              'nothing missed',
              waits.find(({ openedAt }) => openedAt === each.since)?.id ?? null,
              `${name} waits since ${show(each.since)}: no step ${step} by ${show(latest)}`,
            ),
          );
      }
    }
  }
  const told = Map.groupBy(it.record.notices, ({ wait, step }) => `${wait} ${step}`);
  for (const { wait, step, skipped, recipients } of it.record.steps) {
    const reached = [...new Set(told.get(`${wait} ${step}`)?.map(({ recipient }) => recipient))];
    const asked = skipped ? [] : recipients;
    if (!skipped && asked.length === 0)
      complaints.push(says('nothing missed', wait, `step ${step} asks nobody`));
    if (asked.toSorted().join() !== reached.sort().join())
      complaints.push(
        says(
          'nothing missed',
          wait,
          `step ${step} asks ${asked.join(', ')}, and tells ${reached.join(', ')}`,
        ),
      );
  }
  for (const { id, owner, closedAt } of it.record.waits)
    if (!editionAt(it.editions, closedAt ?? it.played.endedAt).people.has(owner))
      complaints.push(says('nothing missed', id, `its owner «${owner}» is nobody`));
  return complaints;
}

/** Law 7: of steps that fire late together, the told one asks everyone of the skipped ones. */
function everyoneAsked({ stepsOf }: Case): Complaint[] {
  const together = [...stepsOf.values()].flatMap((steps) => [
    ...Map.groupBy(steps, ({ firedAt }) => firedAt).values(),
  ]);
  return together.flatMap((steps) => {
    const asked = new Set(steps.flatMap(({ skipped, recipients }) => (skipped ? [] : recipients)));
    return steps
      .filter(({ skipped, recipients }) => skipped && recipients.some((id) => !asked.has(id)))
      .map(({ wait, step, recipients }) =>
        says(
          'everyone asked',
          wait,
          `skipped step ${step} names ${recipients.join(', ')}: one of them was never asked`,
        ),
      );
  });
}

/** Steps in order, without gaps. */
function inOrder(it: Case): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [wait, rows] of it.stepsOf) {
    // Step 0, a missed call, comes at any height of the chain.
    const steps = rows.filter(({ step }) => step > 0).toSorted((a, b) => a.step - b.step);
    for (const [i, step] of steps.entries()) {
      const of = it.waitOf.get(wait);
      const isReplanned = of !== undefined && replannedAt(it, of, step.firedAt) !== null;
      if (step.step !== i + 1 && !isReplanned)
        complaints.push(says('in order', wait, `step ${step.step} stands in place ${i + 1}`));
      const before = steps[i - 1];
      if (!before) continue;
      if (step.firedAt < before.firedAt)
        complaints.push(says('in order', wait, `step ${step.step} fired before step ${before.step}`));
      // Later knowledge can move the opening, and what is still due with it.
      const sameOpening = knownAt(it, step)?.since === knownAt(it, before)?.since;
      if (sameOpening && !isReplanned && step.dueAt < before.dueAt)
        complaints.push(says('in order', wait, `step ${step.step} was due before step ${before.step}`));
    }
    const fired = rows.filter(({ skipped }) => !skipped).toSorted((a, b) => a.dueAt - b.dueAt);
    for (const [i, step] of fired.entries())
      if (fired[i - 1]?.firedAt === step.firedAt && fired[i - 1]?.dueAt !== step.dueAt)
        complaints.push(
          says(
            'in order',
            wait,
            `steps ${fired[i - 1]?.step} and ${step.step} fired together: only the highest should`,
          ),
        );
  }
  return complaints;
}

/** Law 6: a new policy asks nobody about a stage more often than either chain does. */
function askedAgain(it: Case): Complaint[] {
  // «Беру» moves rungs to the next stage.
  const taken = new Set(it.played.takes.map(({ wait }) => wait));
  const untouched = it.record.waits.filter(({ id }) => !taken.has(id));
  return untouched.flatMap((wait) => {
    const editedAt = replannedAt(it, wait, Number.POSITIVE_INFINITY);
    const policy = editedAt !== null && editionAt(it.editions, editedAt).channels.get(wait.channel)?.policy;
    if (!policy) return [];
    const steps = (it.stepsOf.get(wait.id) ?? []).filter(({ step }) => step > 0);
    const asked = (some: readonly StepRecord[]) => {
      const names = some.flatMap((step) =>
        step.recipients.map((person) => `${person} about ${isEarly(step) ? 'warned' : step.stage}`),
      );
      return Map.groupBy(names, (each) => each);
    };
    // A skipped step has the stage at which it was told.
    const isEarly = ({ skipped, dueAt, firedAt }: StepRecord) => {
      const then = editionAt(it.editions, firedAt).channels.get(wait.channel)?.policy ?? policy;
      return skipped && dueAt < wait.openedAt + then.breach;
    };
    const before = asked(steps.filter(({ firedAt }) => firedAt < editedAt));
    return [...asked(steps)].flatMap(([what, times]) => {
      const isLate = what.endsWith('breached');
      const rungs = policy.steps.filter((after) => after >= policy.breach === isLate).length;
      const most = Math.max(before.get(what)?.length ?? 0, rungs);
      return times.length <= most ? [] : [says('asked again', wait.id, `${what}: ${times.length} times`)];
    });
  });
}

/** Law 7: nobody is asked about history. */
function nobodyAboutHistory({ record, stepsOf }: Case): Complaint[] {
  const told = new Set(record.notices.map(({ wait }) => wait));
  return record.waits
    .filter(({ id, history, warnedAt, breachedAt }) => {
      const isMarked = warnedAt !== null || breachedAt !== null;
      return history && (isMarked || told.has(id) || stepsOf.has(id));
    })
    .map(({ id, openedAt }) => says('nobody about history', id, `it is history since ${show(openedAt)}`));
}

/** Laws 2 and 4, clause S4: in the end the record says who waited, from when to when, and whether in time. */
function asItHappened(it: Case): Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (wait: string | null, what: string) => complaints.push(says('as it happened', wait, what));
  for (const name of new Set([...it.groups.keys(), ...it.waitsOfGroup.keys()])) {
    const left = new Map(
      (it.waitsOfGroup.get(name) ?? [])
        .filter(({ voided }) => !voided)
        .map((wait) => [`${wait.openedAt} ${wait.history}`, wait]),
    );
    for (const { since, until, channel, history } of it.groups.get(name)?.waited ?? []) {
      const wait = left.get(`${since} ${history}`);
      left.delete(`${since} ${history}`);
      if (!wait) {
        complain(null, `${name} waited since ${show(since)}, and no wait says so`);
        continue;
      }
      if (wait.closedAt !== until) complain(wait.id, `closed ${show(wait.closedAt)} and not ${show(until)}`);
      if (wait.channel !== channel) complain(wait.id, `on ${wait.channel} and not on ${channel}`);
      const mark = (after: number) =>
        !history && (until ?? it.played.endedAt) > since + after ? since + after : null;
      const isBy = ({ warn, breach }: { warn: number; breach: number }) =>
        wait.warnedAt === mark(warn) && wait.breachedAt === mark(breach);
      if (!policiesOf(it, name, since, channel).some(isBy))
        complain(wait.id, `warned ${show(wait.warnedAt)}, breached ${show(wait.breachedAt)}`);
    }
    for (const wait of left.values()) complain(wait.id, `${name} did not wait since ${show(wait.openedAt)}`);
  }
  const audited = Map.groupBy(it.record.takes, (wait) => wait);
  for (const [wait, takes] of Map.groupBy(it.played.takes, ({ wait }) => wait))
    if (audited.get(wait)?.length !== takes.length) complain(wait, 'a take is not in the audit log');
  return complaints;
}
