import { Button, Code, Modal, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLanguage } from '../locale.tsx';
import { useMe } from '../queries.ts';
import type { Channel } from '../wire.ts';
import { askForLinkingCode, fetchLinking } from './api.ts';
import { usePageTexts } from './usePageTexts.ts';

/** Providers change the code every 20 to 60 seconds. */
const LOOK_EVERY_MS = 2_000;

const LINKED_BY_PHONE: ReadonlySet<string> = new Set(['whatsapp']);

/** For a channel that is down because no telephone has linked it. */
export function LinkAccount({ channel }: { readonly channel: Channel }) {
  const texts = usePageTexts().linking;
  const role = useMe().data?.role;
  const [opened, setOpened] = useState(false);
  if (!LINKED_BY_PHONE.has(channel.kind) || (role !== 'admin' && role !== 'head')) return null;
  return (
    <>
      <Button size="compact-sm" variant="outline" color="red" onClick={() => setOpened(true)}>
        {texts.open}
      </Button>
      {opened && <LinkDialog channel={channel} onClose={() => setOpened(false)} />}
    </>
  );
}

function LinkDialog({ channel, onClose }: { readonly channel: Channel; readonly onClose: () => void }) {
  const texts = usePageTexts().linking;
  const { texts: common } = useLanguage();
  const { data } = useQuery({
    queryKey: ['linking', channel.id],
    queryFn: () => fetchLinking(channel.id),
    refetchInterval: LOOK_EVERY_MS,
  });
  const asking = useMutation({ mutationFn: () => askForLinkingCode(channel.id) });
  return (
    <Modal
      opened
      onClose={onClose}
      title={texts.title(channel.name)}
      closeButtonProps={{ 'aria-label': common.close }}
      centered
    >
      <div className="dialog">
        <Text size="sm">{texts.how}</Text>
        <div className="linking-code">
          {data?.shown ? (
            <img
              src={`/api/v1/channels/${encodeURIComponent(channel.id)}/linking.svg?at=${data.at}`}
              alt={texts.qr}
              width={264}
              height={264}
            />
          ) : (
            <Text size="sm" c="dimmed">
              {texts.waiting}
            </Text>
          )}
        </div>
        {data?.code ? (
          <Text size="sm">
            {texts.type} <Code fz="lg">{data.code}</Code>
          </Text>
        ) : (
          <Button
            variant="subtle"
            size="compact-sm"
            loading={asking.isPending || asking.isSuccess}
            onClick={() => asking.mutate()}
          >
            {texts.cannotScan}
          </Button>
        )}
      </div>
    </Modal>
  );
}
