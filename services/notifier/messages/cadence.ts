import { type Config, channelOnWait } from '@otklik/config';
import { type CadenceAction, clientName, type Person } from '@otklik/domain';
import type { CadenceSaid, ClaimedNotice } from '@otklik/store';
import { cadenceTextsOf, textsOf } from '@otklik/texts';
import { waitOnBoard } from './boardLink.ts';

export interface CadenceMessage {
  readonly mark: string;
  /** What the reader can say of it. */
  readonly asks: readonly ('reached' | 'not_reached' | 'let_go')[];
  readonly title: string;
  readonly lines: readonly string[];
  /** null: `public_url` is not set. */
  readonly link: string | null;
}

/** null: not about a cadence, or its wait is gone. */
export function cadenceMessageOf(
  { type, wait, data }: ClaimedNotice,
  reader: Person,
  config: Config,
): CadenceMessage | null {
  if ((type !== 'cadence.attempt' && type !== 'cadence.ended') || wait === null) return null;
  const said = data as CadenceSaid;
  const texts = cadenceTextsOf(reader.locale);
  const client = clientName(wait) ?? textsOf(reader.locale).unnamed;
  const link = waitOnBoard(config, wait.id);
  if ('reason' in said)
    return {
      mark: '☑️',
      asks: [],
      title: texts.ended(said.reason, client),
      lines: [texts.endedHint(said.reason)],
      link,
    };
  const place = texts.place(channelOnWait(config, wait.channel)?.name ?? wait.channel, said.day);
  if (said.outcome === 'not_made')
    return { mark: '🔴', asks: [], title: texts.notMade(client), lines: [place, texts.notMadeHint], link };
  const phone = wait.client_phone ?? (/^\+\d{5,15}$/.test(wait.thread) ? wait.thread : null);
  const number = said.do === 'call' && phone !== null ? [texts.number(phone)] : [];
  return {
    mark: said.do === 'call' ? '📞' : '🗓',
    asks: asksOf(said.do),
    title: texts.title(said.do, client),
    lines: [place, ...number, texts.hint(said.do)],
    link,
  };
}

function asksOf(action: CadenceAction): CadenceMessage['asks'] {
  if (action === 'call') return ['reached', 'not_reached'];
  return action === 'control' ? ['let_go'] : [];
}
