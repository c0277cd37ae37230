import { Button, Code, CopyButton, Group, Modal, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useDirectory } from '../directory.tsx';
import { useLanguage } from '../locale.tsx';
import { refetchPeople } from '../queries.ts';
import { refusal } from '../refusal.ts';
import type { Me } from '../wire.ts';
import { timeOfDay } from '../wording.ts';
import { checkPerson, getLinkCode, handOverAll, signOutEverywhere } from './api.ts';
import { usePageTexts } from './usePageTexts.ts';

interface DialogProps {
  readonly me: Me;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Heads and admins; the server decides. */
const speaksForOthers = (me: Me): boolean => me.role === 'head' || me.role === 'admin';

function useFailure() {
  const { texts } = useLanguage();
  return (error: unknown) =>
    notifications.show({ color: 'red', title: texts.errors.action, message: refusal(error, texts) });
}

/** `title`: of the menu, with its ellipsis. */
function Dialog({
  opened,
  onClose,
  title,
  children,
}: Omit<DialogProps, 'me'> & { readonly title: string; readonly children: ReactNode }) {
  const { texts } = useLanguage();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title.replace('…', '')}
      closeButtonProps={{ 'aria-label': texts.close }}
      centered
    >
      <div className="dialog">{children}</div>
    </Modal>
  );
}

export function HandOverDialog({ me, opened, onClose }: DialogProps) {
  const { texts } = useLanguage();
  const mine = usePageTexts().people;
  const { people } = useDirectory();
  const client = useQueryClient();
  const [from, setFrom] = useState(me.person);
  const [to, setTo] = useState<string | null>(null);
  const names = people.map(({ id, name, away }) => ({
    value: id,
    label: away ? `${name} (${texts.away})` : name,
  }));
  const handing = useMutation({
    mutationFn: ({ from, to }: { readonly from: string; readonly to: string }) => handOverAll(from, to),
    onSuccess: ({ handed_over }) => {
      notifications.show({ color: 'gray', message: mine.handedOver(handed_over) });
      void client.invalidateQueries();
      onClose();
    },
    onError: useFailure(),
  });
  return (
    <Dialog opened={opened} onClose={onClose} title={mine.handOverAll}>
      <Text size="sm">{mine.handOverLead}</Text>
      {speaksForOthers(me) && (
        <Select label={mine.from} data={names} value={from} onChange={setFrom} allowDeselect={false} />
      )}
      <Select
        label={mine.to}
        data={names.filter(({ value }) => value !== from)}
        value={to === from ? null : to}
        onChange={setTo}
        allowDeselect={false}
      />
      <Button
        disabled={from === null || to === null || to === from}
        loading={handing.isPending}
        onClick={() => from !== null && to !== null && handing.mutate({ from, to })}
      >
        {mine.handOverYes}
      </Button>
    </Dialog>
  );
}

export function LinkDialog({ me, opened, onClose }: DialogProps) {
  const mine = usePageTexts().people;
  const { people } = useDirectory();
  const [person, setPerson] = useState(me.person);
  const asking = useMutation({ mutationFn: getLinkCode, onError: useFailure() });
  const close = () => {
    asking.reset();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={mine.link}>
      <Text size="sm">{mine.linkLead}</Text>
      {speaksForOthers(me) && (
        <Select
          label={mine.linkWho}
          data={people.map(({ id, name, linked }) => ({
            value: id,
            label: linked ? `${name} (${mine.linked})` : name,
          }))}
          value={person}
          onChange={(next) => {
            asking.reset();
            setPerson(next);
          }}
          allowDeselect={false}
        />
      )}
      {asking.data ? (
        <LinkCode made={asking.data} />
      ) : (
        <Button
          disabled={person === null}
          loading={asking.isPending}
          onClick={() => person !== null && asking.mutate(person)}
        >
          {mine.linkGet}
        </Button>
      )}
    </Dialog>
  );
}

function LinkCode({ made }: { readonly made: Awaited<ReturnType<typeof getLinkCode>> }) {
  const { locale } = useLanguage();
  const mine = usePageTexts().people;
  return (
    <>
      <Group gap="sm" className="dialog__code">
        <Code aria-label={mine.linkCode}>{made.code}</Code>
        <CopyButton value={made.code}>
          {({ copied, copy }) => (
            <Button size="compact-md" variant="default" onClick={copy}>
              {copied ? mine.copied : mine.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Text size="sm" c="dimmed">
        {mine.linkUntil(timeOfDay(made.expires_at, Date.now(), locale))}
      </Text>
    </>
  );
}

/** Asks first: the way back needs a new link. */
export function EverywhereDialog({ me, opened, onClose }: DialogProps) {
  const { texts } = useLanguage();
  const mine = usePageTexts().people;
  const client = useQueryClient();
  const ending = useMutation({
    mutationFn: signOutEverywhere,
    onSuccess: () => client.resetQueries(),
    onError: useFailure(),
  });
  return (
    <Dialog opened={opened} onClose={onClose} title={mine.everywhere}>
      <Text size="sm">
        {mine.everywhereLead}{' '}
        {me.role === 'admin' ? (
          <>
            {mine.everywhereMake} <Code>npm run otklik -- sign-in</Code>
          </>
        ) : (
          mine.everywhereAsk
        )}
      </Text>
      <Group gap="sm" justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {texts.cancel}
        </Button>
        <Button color="red.9" loading={ending.isPending} onClick={() => ending.mutate()}>
          {mine.everywhereYes}
        </Button>
      </Group>
    </Dialog>
  );
}

export function CheckDialog({ me, opened, onClose, first }: DialogProps & { readonly first?: string }) {
  const mine = usePageTexts().people;
  const { people } = useDirectory();
  const client = useQueryClient();
  const [person, setPerson] = useState(first ?? me.person);
  const checking = useMutation({
    mutationFn: checkPerson,
    onSuccess: () => void refetchPeople(client),
    onError: useFailure(),
  });
  const close = () => {
    checking.reset();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={mine.check}>
      <Text size="sm">{mine.checkLead}</Text>
      {speaksForOthers(me) && (
        <Select
          label={mine.checkWho}
          data={people.map(({ id, name, reachable }) => ({
            value: id,
            label: reachable ? name : `${name} (${mine.unreachable})`,
          }))}
          value={person}
          onChange={(next) => {
            checking.reset();
            setPerson(next);
          }}
          allowDeselect={false}
        />
      )}
      {checking.data && <CheckedWays items={checking.data.items} />}
      <Button
        disabled={person === null}
        loading={checking.isPending}
        onClick={() => person !== null && checking.mutate(person)}
      >
        {checking.data ? mine.checkAgain : mine.checkStart}
      </Button>
    </Dialog>
  );
}

function CheckedWays({ items }: Pick<Awaited<ReturnType<typeof checkPerson>>, 'items'>) {
  const { locale } = useLanguage();
  return (
    <ol className="test-steps" aria-live="polite">
      {items.map(({ transport, outcome, said }) => (
        <li key={transport} data-ok={outcome === 'sent'}>
          {outcome === 'sent' ? (
            <IconCheck size={18} aria-hidden="true" />
          ) : (
            <IconX size={18} aria-hidden="true" />
          )}
          <span>{said[locale]}</span>
        </li>
      ))}
    </ol>
  );
}
