import { Button, Code, CopyButton, Text, Title } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Logo } from './Logo.tsx';
import { useTexts } from './locale.tsx';
import { LanguageToggle, SchemeToggle } from './Preferences.tsx';
import { askedWait, keepAskedWait } from './useShownWait.ts';

const COMMAND = 'npm run otklik -- sign-in';

interface Props {
  readonly onCheck: () => void;
  readonly checking: boolean;
}

/** How to get a one-time link. */
export function SignIn({ onCheck, checking }: Props) {
  const texts = useTexts();
  const { signIn } = texts;
  useEffect(keepAskedWait, []);
  return (
    <div className="gate">
      <main className="gate__card">
        <div className="brand">
          <Logo size={36} />
          <div>
            <div className="brand__name">{texts.product}</div>
            <Text size="sm" c="dimmed">
              {texts.tagline}
            </Text>
          </div>
        </div>
        <Title order={1} size="h2" mt="xl">
          {signIn.title}
        </Title>
        <Text c="dimmed" mt={6}>
          {signIn.lead}
        </Text>
        {askedWait() !== null && <Text mt={6}>{signIn.comeBack}</Text>}
        <ol className="gate__steps">
          <li>
            {signIn.step1}
            <Command />
          </li>
          <li>{signIn.step2}</li>
        </ol>
        <Button fullWidth size="md" loading={checking} onClick={onCheck}>
          {signIn.again}
        </Button>
        <Text size="sm" c="dimmed" mt="md">
          {signIn.step3}
        </Text>
      </main>
      <footer className="gate__foot">
        <LanguageToggle />
        <SchemeToggle />
      </footer>
    </div>
  );
}

function Command() {
  const { signIn } = useTexts();
  return (
    <div className="gate__command">
      <Code>{COMMAND}</Code>
      <CopyButton value={COMMAND}>
        {({ copied, copy }) => (
          <Button
            variant="subtle"
            size="compact-sm"
            color={copied ? 'teal' : 'gray'}
            leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            aria-label={copied ? signIn.copied : signIn.copy}
            onClick={copy}
            className="gate__copy"
          >
            {copied ? signIn.copied : signIn.copy}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
