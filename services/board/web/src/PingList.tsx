import { IconAlertCircle, IconBan, IconCheck, IconDots } from '@tabler/icons-react';
import { clock } from './clock.ts';
import { useDirectory } from './directory.tsx';
import { useLanguage } from './locale.tsx';
import { useNotices } from './queries.ts';
import { StageIcon } from './StageMark.tsx';
import type { Notice, NoticeState } from './wire.ts';
import { lateness, timeOfDay } from './wording.ts';

/** People call that on time. */
const ON_TIME_MS = 1_000;

const STATES = {
  pending: IconDots,
  sending: IconDots,
  sent: IconCheck,
  failed: IconAlertCircle,
  cancelled: IconBan,
} satisfies Record<NoticeState, unknown>;

/** A program has no recipient. What has not gone out is not late yet. */
function Ping({ notice, onOpen }: { readonly notice: Notice; readonly onOpen: (wait: string) => void }) {
  const { locale, texts } = useLanguage();
  const { personName } = useDirectory();
  const State = STATES[notice.state] ?? IconDots;
  const { wait, recipient } = notice;
  const stage = notice.stage ?? 'waiting';
  const transports: Readonly<Record<string, string>> = texts.transport;
  const reasons: Readonly<Record<string, string>> = texts.lateReason;
  const way = transports[notice.transport] ?? notice.transport;
  const lateMs = notice.late_ms ?? 0;
  const late = lateMs >= ON_TIME_MS;
  return (
    <li className="rail-row" data-state={notice.state}>
      <span className="rail-row__icon stage" data-stage={stage}>
        <StageIcon stage={stage} />
      </span>
      <button
        type="button"
        className="rail-row__main"
        disabled={wait === null}
        onClick={() => wait !== null && onOpen(wait)}
      >
        <b>{recipient === null ? way : personName(recipient)}</b>
        <span>{notice.client ?? texts.unnamed}</span>
      </button>
      <span className="rail-row__side">
        <time dateTime={notice.at}>{timeOfDay(notice.at, clock.now(), locale)}</time>
        <span className="rail-row__state">
          <State size={14} stroke={2} aria-hidden="true" />
          <span>{way},</span>
          {notice.state === 'sent' ? (
            <span
              title={(notice.late_reason && reasons[notice.late_reason]) ?? undefined}
              data-late={late || undefined}
            >
              {late ? texts.lateBy(lateness(lateMs, locale)) : texts.onTime}
            </span>
          ) : (
            <span>{texts.noticeState[notice.state]}</span>
          )}
        </span>
      </span>
    </li>
  );
}

export function PingList({ onOpen }: { readonly onOpen: (wait: string) => void }) {
  const { texts } = useLanguage();
  const notices = useNotices();
  if (notices.data?.length === 0) return <p className="rail-empty">{texts.noPings}</p>;
  return (
    <ul className="rail-list">
      {notices.data?.map((notice) => (
        <Ping key={notice.id} notice={notice} onOpen={onOpen} />
      ))}
    </ul>
  );
}
