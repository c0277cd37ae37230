import { useClock } from './clock.ts';
import { useLanguage } from './locale.tsx';
import type { Wait } from './wire.ts';
import { digits, secondsLeft, secondsSince } from './wording.ts';

/** «осталось 1:42» or «просрочено на 3:10». Only these words are redrawn each second. */
export function Countdown({ wait }: { readonly wait: Wait }) {
  const { locale, texts } = useLanguage();
  const deadline = Date.parse(wait.breach_at);
  const left = useClock((now) => secondsLeft(deadline, now));
  return (
    <span className="countdown" role="timer">
      <span className="countdown__label">{left > 0 ? texts.left : texts.late} </span>
      <span className="countdown__digits">{digits(left, locale)}</span>
    </span>
  );
}

export function WaitingFor({ wait }: { readonly wait: Wait }) {
  const { locale, texts } = useLanguage();
  const openedAt = Date.parse(wait.opened_at);
  const seconds = useClock((now) => secondsSince(openedAt, now));
  return <span className="tabular">{texts.waitsFor(digits(seconds, locale))}</span>;
}

/** The window as a line that fills, with a notch at the warning. */
export function WindowBar({ wait }: { readonly wait: Wait }) {
  const opened = Date.parse(wait.opened_at);
  const window = Math.max(1, Date.parse(wait.breach_at) - opened);
  const percent = useClock((now) => Math.max(0, Math.min(100, Math.round(((now - opened) / window) * 100))));
  const notch = Math.min(100, ((Date.parse(wait.warn_at) - opened) / window) * 100);
  return (
    <div className="window-bar" aria-hidden="true">
      <div className="window-bar__fill" style={{ transform: `scaleX(${percent / 100})` }} />
      <div className="window-bar__notch" style={{ left: `${notch}%` }} />
    </div>
  );
}
