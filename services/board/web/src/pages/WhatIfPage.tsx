import { Button, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../api.ts';
import { useDirectory } from '../directory.tsx';
import { useLanguage } from '../locale.tsx';
import { refusal } from '../refusal.ts';
import { simulate } from './api.ts';
import { PeriodPicker } from './PeriodPicker.tsx';
import { lastDays, spanOf } from './period.ts';
import { usePageTexts } from './usePageTexts.ts';
import type { SimulatedTotals, Simulation } from './wire.ts';

const EXAMPLE = `warn: 2m
breach: 4m
steps:
  - { at: 2m, notify: [owner] }
  - { at: 4m, notify: [owner, deputies] }
  - { at: 8m, notify: [head] }
`;

interface Line {
  readonly name: string;
  readonly value: (totals: SimulatedTotals) => string;
}

function useLines(result: Simulation): readonly (readonly [title: string | null, lines: readonly Line[]])[] {
  const texts = usePageTexts().whatIf;
  const { channelName } = useDirectory();
  const columns = [result.recorded, result.current, result.proposed];
  const names = new Map(
    columns.flatMap(({ people }) => people.map(({ person, name }) => [person, name] as const)),
  );
  const channels = new Set(columns.flatMap((each) => each.channels.map(({ channel }) => channel)));
  const pings = (id: string) => (totals: SimulatedTotals) => {
    const found = totals.people.find(({ person }) => person === id);
    if (!found) return '—';
    return found.night > 0 ? `${found.pings}, ${texts.night(found.night)}` : String(found.pings);
  };
  const overdue = (id: string) => (totals: SimulatedTotals) => {
    const found = totals.channels.find(({ channel }) => channel === id);
    return found ? String(found.breaches) : '—';
  };
  return [
    [
      null,
      [
        { name: texts.waits, value: ({ waits }) => String(waits) },
        { name: texts.breaches, value: ({ breaches }) => String(breaches) },
        {
          name: texts.inTime,
          value: ({ within_breach: share }) => (share === null ? '—' : `${Math.round(share * 100)}%`),
        },
        { name: texts.pings, value: ({ pings: count }) => String(count) },
        { name: texts.held, value: ({ held }) => String(held) },
      ],
    ],
    [texts.byPerson, [...names].map(([id, name]) => ({ name, value: pings(id) }))],
    [texts.byChannel, [...channels].map((id) => ({ name: channelName(id), value: overdue(id) }))],
  ];
}

function Result({ result }: { readonly result: Simulation }) {
  const texts = usePageTexts().whatIf;
  const groups = useLines(result);
  return (
    <section className="sheet" aria-live="polite">
      <table className="figures figures--columns">
        <thead>
          <tr>
            <th />
            <th scope="col">{texts.recorded}</th>
            <th scope="col">{texts.current}</th>
            <th scope="col">{texts.proposed}</th>
          </tr>
        </thead>
        {groups.map(([title, lines]) => (
          <tbody key={title}>
            {title !== null && lines.length > 0 && (
              <tr>
                <th colSpan={4} scope="rowgroup" className="figures__group">
                  {title}
                </th>
              </tr>
            )}
            {lines.map(({ name, value }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value(result.recorded)}</td>
                <td>{value(result.current)}</td>
                <td data-proposed>{value(result.proposed)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <p className="sheet__note">{texts.columnsHint}</p>
    </section>
  );
}

/** With their places in the text. */
function faultsOf(error: unknown, at: (line: number, column: number) => string): string | null {
  if (!(error instanceof ApiProblem) || error.errors.length === 0) return null;
  return error.errors
    .map(({ line, column, detail }) =>
      line === undefined || column === undefined ? detail : `${at(line, column)}: ${detail}`,
    )
    .join('\n');
}

export function WhatIfPage() {
  const { texts: all } = useLanguage();
  const texts = usePageTexts().whatIf;
  const [policy, setPolicy] = useState(EXAMPLE);
  const [period, setPeriod] = useState(() => lastDays(new Date()));
  const running = useMutation({
    mutationFn: async () => {
      const span = spanOf(period, new Date());
      return span === null ? null : simulate(policy, span);
    },
  });
  const faults = faultsOf(running.error, texts.at);
  return (
    <main className="sheets">
      <header className="sheets__head">
        <div>
          <h1>{texts.title}</h1>
          <p>{texts.lead}</p>
        </div>
        <PeriodPicker period={period} onChange={setPeriod} />
      </header>
      <form
        className="sheet what-if"
        onSubmit={(event) => {
          event.preventDefault();
          running.mutate();
        }}
      >
        <Textarea
          label={texts.policy}
          description={texts.policyHint}
          value={policy}
          onChange={(event) => setPolicy(event.currentTarget.value)}
          autosize
          minRows={6}
          maxRows={18}
          spellCheck={false}
          error={faults}
          classNames={{ input: 'what-if__policy', error: 'what-if__faults' }}
        />
        <Button type="submit" loading={running.isPending} disabled={policy.trim() === ''}>
          {texts.run}
        </Button>
        {running.error !== null && faults === null && <Text c="red">{refusal(running.error, all)}</Text>}
      </form>
      {running.data && <Result result={running.data} />}
    </main>
  );
}
