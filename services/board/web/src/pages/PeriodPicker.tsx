import { SegmentedControl, TextInput } from '@mantine/core';
import { CHOICES, type Choice, type Period } from './period.ts';
import { usePageTexts } from './usePageTexts.ts';

interface Props {
  readonly period: Period;
  readonly onChange: (period: Period) => void;
}

const isChoice = (value: string): value is Choice => CHOICES.some((choice) => choice === value);

export function PeriodPicker({ period, onChange }: Props) {
  const texts = usePageTexts().period;
  return (
    <div className="period">
      <SegmentedControl
        aria-label={texts.label}
        value={period.choice}
        onChange={(value) => isChoice(value) && onChange({ ...period, choice: value })}
        data={CHOICES.map((value) => ({ value, label: texts[value] }))}
      />
      {period.choice === 'custom' && (
        <div className="period__dates">
          <TextInput
            type="date"
            aria-label={texts.from}
            value={period.from}
            onChange={(event) => onChange({ ...period, from: event.currentTarget.value })}
          />
          <span aria-hidden="true">–</span>
          <TextInput
            type="date"
            aria-label={texts.to}
            value={period.to}
            onChange={(event) => onChange({ ...period, to: event.currentTarget.value })}
          />
        </div>
      )}
    </div>
  );
}
