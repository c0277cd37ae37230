import { Alert, Button, Modal, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useLanguage } from '../locale.tsx';
import type { Channel } from '../wire.ts';
import { testChannel } from './api.ts';
import { KeptAsideList } from './KeptAsideList.tsx';
import { usePageTexts } from './usePageTexts.ts';

/** How a channel stands, and a test event. */
export function TestChannel({
  channel,
  state,
  onClose,
}: {
  readonly channel: Channel;
  readonly state: readonly string[];
  readonly onClose: () => void;
}) {
  const texts = usePageTexts().channelTest;
  const { texts: common, locale } = useLanguage();
  const testing = useMutation({ mutationFn: () => testChannel(channel.id) });
  return (
    <Modal
      opened
      onClose={onClose}
      title={channel.name}
      closeButtonProps={{ 'aria-label': common.close }}
      centered
    >
      <div className="dialog">
        {state.map((line) => (
          <Text key={line} size="sm">
            {line}
          </Text>
        ))}
        <KeptAsideList channel={channel} />
        <Text size="sm" c="dimmed">
          {texts.what}
        </Text>
        {testing.data && (
          <ol className="test-steps" aria-live="polite">
            {testing.data.steps.map(({ ok, said }) => (
              <li key={said.en} data-ok={ok}>
                {ok ? <IconCheck size={18} aria-hidden="true" /> : <IconX size={18} aria-hidden="true" />}
                <span>{said[locale]}</span>
              </li>
            ))}
          </ol>
        )}
        {testing.isError && <Alert color="red">{texts.failed}</Alert>}
        <Button onClick={() => testing.mutate()} loading={testing.isPending}>
          {testing.data ? texts.again : texts.start}
        </Button>
      </div>
    </Modal>
  );
}
