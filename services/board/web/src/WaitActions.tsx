import { Button, Group, Menu, Popover, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPhoneCall } from '@tabler/icons-react';
import { useState } from 'react';
import type { Act } from './api.ts';
import { useClock } from './clock.ts';
import { useDirectory } from './directory.tsx';
import { useTexts } from './locale.tsx';
import { useAct, useMe } from './queries.ts';
import { refusal } from './refusal.ts';
import { leaseAt } from './waits.ts';
import type { Wait } from './wire.ts';

interface ButtonProps {
  readonly busy: boolean;
  readonly onAct: (what: Act) => void;
}

/** Asks once more: on a phone the buttons lie close together. */
function NoReplyButton({ busy, onAct }: ButtonProps) {
  const texts = useTexts();
  const [asking, setAsking] = useState(false);
  const decide = () => {
    setAsking(false);
    onAct({ do: 'no-reply-needed' });
  };
  return (
    <Popover opened={asking} onChange={setAsking} width={260} withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          disabled={busy}
          onClick={() => setAsking(!asking)}
        >
          {texts.noReply}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm">{texts.noReplySure}</Text>
        <Group gap="xs" mt="sm">
          <Button size="xs" onClick={decide}>
            {texts.noReplyYes}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAsking(false)}>
            {texts.cancel}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}

function HandOverButton({ wait, busy, onAct }: ButtonProps & { readonly wait: Wait }) {
  const texts = useTexts();
  const { people } = useDirectory();
  const others = people
    .filter((person) => person.id !== wait.asked)
    .sort((a, b) => Number(a.away) - Number(b.away) || a.name.localeCompare(b.name));
  return (
    <Menu shadow="md" position="bottom-end" width={240}>
      <Menu.Target>
        <Button size="compact-sm" variant="subtle" color="gray" disabled={busy}>
          {texts.handOver}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        <Menu.Label>{others.length > 0 ? texts.handOverTo : texts.nobodyElse}</Menu.Label>
        {others.map((person) => (
          <Menu.Item
            key={person.id}
            onClick={() => onAct({ do: 'hand-over', to: person.id })}
            rightSection={person.away ? <span className="menu-note">{texts.away}</span> : null}
          >
            {person.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A new note replaces the one of the last call. */
const CALL_NOTE = 'call-back';

/** Rings the telephone `from`, then the client. */
function CallButton({ from, acting }: { readonly from: string; readonly acting: ReturnType<typeof useAct> }) {
  const texts = useTexts();
  const call = () => {
    notifications.hide(CALL_NOTE);
    acting.mutate(
      { do: 'call' },
      {
        onSuccess: () => notifications.show({ id: CALL_NOTE, color: 'green', message: texts.calling(from) }),
        // It may hold a number to dial, so it stays until closed.
        onError: (error) =>
          notifications.show({
            id: CALL_NOTE,
            color: 'red',
            title: texts.errors.call,
            message: refusal(error, texts),
            autoClose: false,
          }),
      },
    );
  };
  return (
    <Button
      className="wait-actions__call"
      size="compact-sm"
      leftSection={<IconPhoneCall size={16} stroke={1.8} aria-hidden="true" />}
      loading={acting.isPending && acting.variables?.do === 'call'}
      disabled={acting.isPending && acting.variables?.do !== 'call'}
      onClick={call}
    >
      {texts.callBack}
    </Button>
  );
}

interface Props {
  readonly wait: Wait;
  /** The reader's telephone that rings first; null: they cannot call. */
  readonly callFrom?: string | null;
}

/** The same acts as under a ping. */
export function WaitActions({ wait, callFrom = null }: Props) {
  const texts = useTexts();
  const acting = useAct(wait);
  const taken = useClock((now) => leaseAt(wait, now) !== null);
  const me = useMe().data?.person;
  const isMine = taken && me !== undefined && me !== null && wait.taken_by === me;
  const onAct = (what: Act) =>
    acting.mutate(what, {
      onError: (error) =>
        notifications.show({ color: 'red', title: texts.errors.action, message: refusal(error, texts) }),
    });
  return (
    <div className="wait-actions">
      {callFrom !== null && <CallButton from={callFrom} acting={acting} />}
      <Button
        size="compact-sm"
        variant={taken ? 'default' : 'light'}
        disabled={acting.isPending}
        onClick={() => onAct({ do: isMine ? 'release' : 'take' })}
      >
        {isMine ? texts.release : texts.take}
      </Button>
      <NoReplyButton busy={acting.isPending} onAct={onAct} />
      <HandOverButton wait={wait} busy={acting.isPending} onAct={onAct} />
    </div>
  );
}
