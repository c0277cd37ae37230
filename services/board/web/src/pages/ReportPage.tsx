import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { useDirectory } from '../directory.tsx';
import { useLanguage } from '../locale.tsx';
import { refusal } from '../refusal.ts';
import type { Me } from '../wire.ts';
import { digits, minuteOfDay } from '../wording.ts';
import { fetchByChannel, fetchDisputes, fetchOwners } from './api.ts';
import { PeriodPicker } from './PeriodPicker.tsx';
import { lastDays, spanOf } from './period.ts';
import { shareText } from './share.ts';
import { usePageTexts } from './usePageTexts.ts';
import type { BlindSpan, ChannelRow, OwnerRow } from './wire.ts';

interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** The cell is highlighted. */
  readonly alarm?: (row: Row) => boolean;
}

/** On a phone each row is a card with the names of the columns. */
function Table<Row>(props: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly id: (row: Row) => string;
}) {
  const { rows, columns, id, label } = props;
  return (
    <table className="figures figures--rows" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ title }) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={id(row)}>
            {columns.map(({ title, cell, alarm }) => (
              <td key={title} data-title={title} data-alarm={alarm?.(row) || undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function useColumns() {
  const { locale } = useLanguage();
  const { report, of } = usePageTexts();
  const { personName, channelName } = useDirectory();
  return useMemo(() => {
    const share = (part: number, whole: number) => shareText(part, whole, of);
    const time = (seconds: number | null) => (seconds === null ? '—' : digits(seconds, locale));
    const some = (count: number) => (count === 0 ? '—' : count);
    const owners: Column<OwnerRow>[] = [
      { title: report.person, cell: (row) => <strong>{personName(row.owner)}</strong> },
      { title: report.waits, cell: (row) => row.waits },
      { title: report.inTime, cell: (row) => share(row.in_time, row.judged) },
      { title: report.median, cell: (row) => time(row.p50) },
      { title: report.breached, cell: (row) => some(row.breached), alarm: (row) => row.breached > 0 },
      { title: report.excused, cell: (row) => some(row.excused + row.late_delivered) },
      { title: report.polite, cell: (row) => share(row.apologised, row.late_replies) },
      { title: report.formal, cell: (row) => share(row.formal, row.answered) },
      { title: report.noReply, cell: (row) => share(row.no_reply_needed, row.waits) },
      { title: report.afterHours, cell: (row) => some(row.after_hours_answered) },
    ];
    const channels: Column<ChannelRow>[] = [
      { title: report.channel, cell: (row) => <strong>{channelName(row.group)}</strong> },
      { title: report.waits, cell: (row) => row.waits },
      { title: report.inTime, cell: (row) => share(row.in_time, row.judged) },
      { title: report.median, cell: (row) => time(row.p50) },
      { title: report.worst, cell: (row) => time(row.p90) },
    ];
    return { owners, channels };
  }, [locale, report, of, personName, channelName]);
}

function Disputes({ onOpen }: { readonly onOpen: (wait: string) => void }) {
  const { report, dispute } = usePageTexts();
  const { locale } = useLanguage();
  const { personName, channelName } = useDirectory();
  const { data } = useQuery({ queryKey: ['disputes'], queryFn: fetchDisputes });
  if (!data || data.length === 0) return null;
  return (
    <section className="sheet" aria-label={report.disputes}>
      <h2 className="sheet__title">
        {report.disputes}: {data.length}
      </h2>
      <ul className="rail-list">
        {data.map(({ wait, by, reason, at }) => (
          <li key={wait.id} className="rail-row">
            <button type="button" className="rail-row__main" onClick={() => onOpen(wait.id)}>
              <b>
                {personName(by)} · {wait.client}, {channelName(wait.channel)}
              </b>
              <span>{dispute.because(reason)}</span>
            </button>
            <time className="rail-row__side" dateTime={at}>
              {minuteOfDay(at, Date.now(), locale)}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Props {
  readonly me: Me;
  readonly onOpen: (wait: string) => void;
}

export function ReportPage({ me, onOpen }: Props) {
  const { texts } = useLanguage();
  const { report, noData } = usePageTexts();
  const [period, setPeriod] = useState(() => lastDays(new Date()));
  // The end of the period stays while the query runs.
  const span = useMemo(() => spanOf(period, new Date()), [period]);
  const asked = { enabled: span !== null, placeholderData: <Kept,>(kept: Kept) => kept };
  const owners = useQuery({
    queryKey: ['report', 'owners', span],
    queryFn: () => (span === null ? [] : fetchOwners(span)),
    ...asked,
  });
  const channels = useQuery({
    queryKey: ['report', 'channels', span],
    queryFn: () => (span === null ? { items: [], blind: [] } : fetchByChannel(span)),
    ...asked,
  });
  const columns = useColumns();
  const isOwn = me.role === 'owner';
  const problem = owners.error ?? channels.error;
  return (
    <main className="sheets">
      <header className="sheets__head">
        <div>
          <h1>{isOwn ? report.titleOwn : report.title}</h1>
          <p>{report.lead}</p>
        </div>
        <PeriodPicker period={period} onChange={setPeriod} />
      </header>
      {!isOwn && <Disputes onOpen={onOpen} />}
      {problem && <Text c="red">{refusal(problem, texts)}</Text>}
      {owners.isPending && <Skeleton height={220} radius="lg" />}
      {owners.data?.length === 0 && <p className="sheet sheet--empty">{noData}</p>}
      {owners.data && owners.data.length > 0 && (
        <section className="sheet">
          <h2 className="sheet__title">{isOwn ? report.own : report.owners}</h2>
          <Table
            label={report.owners}
            rows={owners.data}
            columns={columns.owners}
            id={({ owner }) => owner}
          />
        </section>
      )}
      {channels.data && channels.data.items.length > 0 && (
        <section className="sheet">
          <h2 className="sheet__title">{report.channels}</h2>
          <Table
            label={report.channels}
            rows={channels.data.items}
            columns={columns.channels}
            id={({ group }) => group}
          />
        </section>
      )}
      {channels.data && <BlindTime spans={channels.data.blind} />}
    </main>
  );
}

const SHOWN = 20;

/** When a channel could not be seen. */
function BlindTime({ spans }: { readonly spans: readonly BlindSpan[] }) {
  const { report } = usePageTexts();
  const { locale } = useLanguage();
  const { channelName } = useDirectory();
  if (spans.length === 0) return null;
  return (
    <section className="sheet" aria-label={report.blind}>
      <h2 className="sheet__title">{report.blind}</h2>
      <Text size="sm" c="dimmed">
        {report.blindLead}
      </Text>
      <ul className="rail-list">
        {spans
          .toReversed()
          .slice(0, SHOWN)
          .map(({ channel, from, seconds, why }) => (
            <li key={`${channel} ${from}`} className="rail-row">
              <div className="rail-row__main">
                <b>
                  {channelName(channel)} · {digits(seconds, locale)}
                </b>
                <span>{why ?? report.notRunning}</span>
              </div>
              <time className="rail-row__side" dateTime={from}>
                {minuteOfDay(from, Date.now(), locale)}
              </time>
            </li>
          ))}
      </ul>
    </section>
  );
}
