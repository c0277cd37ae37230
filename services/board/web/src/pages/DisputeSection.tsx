import { Button, Chip, Group, NumberInput, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useDirectory } from '../directory.tsx';
import { useLanguage } from '../locale.tsx';
import { useMe } from '../queries.ts';
import type { Dispute, Me, WaitWithTimeline } from '../wire.ts';
import { digits } from '../wording.ts';
import { decide, dispute } from './api.ts';
import { useAct } from './useAct.ts';
import { usePageTexts } from './usePageTexts.ts';

function Objection({ wait }: { readonly wait: string }) {
  const texts = usePageTexts().dispute;
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const acting = useAct();
  if (!open)
    return (
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setOpen(true)}>
        {texts.open}
      </Button>
    );
  return (
    <form
      className="dispute"
      onSubmit={(event) => {
        event.preventDefault();
        acting.mutate(() => dispute(wait, reason.trim()));
      }}
    >
      <strong>{texts.title}</strong>
      <Text size="sm" c="dimmed">
        {texts.lead}
      </Text>
      <Group gap="xs">
        {texts.reasons.map((each) => (
          <Chip key={each} size="xs" checked={reason === each} onChange={() => setReason(each)}>
            {each}
          </Chip>
        ))}
      </Group>
      <Textarea
        aria-label={texts.reason}
        placeholder={texts.reason}
        value={reason}
        maxLength={500}
        autosize
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button type="submit" size="compact-md" disabled={reason.trim() === ''} loading={acting.isPending}>
        {texts.send}
      </Button>
    </form>
  );
}

/** For all the time past the window, or some of it. */
function Decision({ wait }: { readonly wait: string }) {
  const texts = usePageTexts().dispute;
  const [minutes, setMinutes] = useState<number | string>('');
  const [note, setNote] = useState('');
  const acting = useAct();
  const say = (accepted: boolean) =>
    acting.mutate(() =>
      decide(wait, {
        accepted,
        note: note.trim() === '' ? null : note.trim(),
        excused_seconds: accepted && typeof minutes === 'number' ? minutes * 60 : null,
      }),
    );
  return (
    <>
      <NumberInput
        size="sm"
        label={texts.minutes}
        description={texts.minutesHint}
        value={minutes}
        min={0}
        max={1_440}
        onChange={setMinutes}
      />
      <TextInput
        size="sm"
        label={texts.note}
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Button size="compact-md" loading={acting.isPending} onClick={() => say(true)}>
          {texts.accept}
        </Button>
        <Button size="compact-md" variant="default" disabled={acting.isPending} onClick={() => say(false)}>
          {texts.reject}
        </Button>
      </Group>
    </>
  );
}

function Outcome({ made }: { readonly made: Dispute }) {
  const texts = usePageTexts().dispute;
  const { locale } = useLanguage();
  const { personName } = useDirectory();
  const by = personName(made.decided_by ?? '');
  return (
    <Text size="sm">
      {made.accepted ? texts.accepted(by, digits(made.excused_seconds ?? 0, locale)) : texts.rejected(by)}
      {made.note !== null && `. ${texts.note}: ${made.note}`}
    </Text>
  );
}

const mayDecide = (me: Me, made: Dispute): boolean =>
  (me.role === 'head' || me.role === 'admin') && made.by !== me.person;

export function DisputeSection({ wait }: { readonly wait: WaitWithTimeline }) {
  const texts = usePageTexts().dispute;
  const { personName } = useDirectory();
  const me = useMe().data;
  if (!me || wait.breached_at === null) return null;
  const made = wait.dispute;
  if (made === null) return me.person === wait.owner ? <Objection wait={wait.id} /> : null;
  return (
    <section className="dispute" aria-label={texts.reason}>
      {made.accepted === null && <strong>{texts.waiting(personName(made.by))}</strong>}
      <Text size="sm">{texts.because(made.reason)}</Text>
      {made.accepted === null ? mayDecide(me, made) && <Decision wait={wait.id} /> : <Outcome made={made} />}
    </section>
  );
}
