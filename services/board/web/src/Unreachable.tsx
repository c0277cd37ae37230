import { Button, Text, Title } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTexts } from './locale.tsx';

/** The page asks again by itself; the button is for the impatient. */
export function Unreachable({ onRetry }: { readonly onRetry: () => void }) {
  const texts = useTexts();
  return (
    <div className="gate">
      <main className="gate__card gate__card--centred" role="alert">
        <IconPlugConnectedX size={44} stroke={1.4} className="gate__icon" />
        <Title order={1} size="h3" mt="md">
          {texts.errors.unreachable}
        </Title>
        <Text c="dimmed" mt={6} mb="lg">
          {texts.errors.unreachableHint}
        </Text>
        <Button variant="light" onClick={onRetry}>
          {texts.errors.retry}
        </Button>
      </main>
    </div>
  );
}
