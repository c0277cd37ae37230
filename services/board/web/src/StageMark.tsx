import { VisuallyHidden } from '@mantine/core';
import { IconAlertOctagonFilled, IconAlertTriangleFilled, IconClock } from '@tabler/icons-react';
import { useTexts } from './locale.tsx';
import type { Stage } from './wire.ts';

const ICONS = {
  waiting: IconClock,
  warned: IconAlertTriangleFilled,
  breached: IconAlertOctagonFilled,
} satisfies Record<Stage, unknown>;

/** By shape as well as by colour. */
export function StageIcon({ stage, size = 16 }: { readonly stage: Stage; readonly size?: number }) {
  const Icon = ICONS[stage];
  return <Icon size={size} aria-hidden="true" />;
}

/** Beside a countdown. When overdue, the countdown says it in words. */
export function StageMark({ stage }: { readonly stage: Stage }) {
  const texts = useTexts();
  const word = texts.stage[stage];
  return (
    <span className="stage stage-mark">
      <StageIcon stage={stage} size={stage === 'breached' ? 20 : 16} />
      {stage === 'breached' ? <VisuallyHidden component="span">{word}</VisuallyHidden> : word}
    </span>
  );
}
