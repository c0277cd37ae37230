import { type Event, SECOND } from '@otklik/domain';
import { type Backoff, backoffMs, pause } from '@otklik/timing';
import type { Listener, ListenerDeps, LocalizedText } from '../../channel.ts';
import type { CallFact } from '../../provider/callFact.ts';
import type { PhoneChannel } from '../config.ts';
import { type Ami, type AmiMessage, amiAccount, connectAmi } from './ami.ts';
import { AsteriskCalls } from './calls.ts';

type EventsOf = (facts: readonly CallFact[]) => Event[];
type AmiPace = Required<Backoff>;

/** A live connection, reopened whenever it ends. */
export function listenToAmi(
  channel: PhoneChannel,
  deps: ListenerDeps,
  eventsOf: EventsOf,
  hasTables: boolean,
  pace: AmiPace,
): Listener {
  const stopping = new AbortController();
  const session: Session = { channel, deps, eventsOf, hasTables, stopped: stopping.signal };
  return { stop: () => stopping.abort(), done: run(session, pace) };
}

interface Session {
  readonly channel: PhoneChannel;
  readonly deps: ListenerDeps;
  readonly eventsOf: EventsOf;
  /** Whether tables will have the missed events. */
  readonly hasTables: boolean;
  readonly stopped: AbortSignal;
}

async function run(session: Session, pace: AmiPace): Promise<void> {
  const { deps, stopped } = session;
  const calls = new AsteriskCalls({ tablesTell: session.hasTables });
  let failures = 0;
  while (!stopped.aborted) {
    const ended = await connected(session, calls);
    if (stopped.aborted) return;
    calls.lost(deps.now());
    failures = ended.wasUp ? 1 : failures + 1;
    deps.report({ up: false, caughtUp: ended.wasUp, problem: ended.problem });
    await pause(backoffMs(pace, failures), stopped);
  }
}

async function connected(
  { channel, deps, eventsOf, hasTables, stopped }: Session,
  calls: AsteriskCalls,
): Promise<{ wasUp: boolean; problem: LocalizedText }> {
  let wasUp = false;
  let refused = false;
  let keeping: Promise<void> = Promise.resolve();
  const tell = (message: AmiMessage): void => {
    if (message.get('response') === 'Error' && !wasUp) {
      refused = true;
      ami.close();
      return;
    }
    const facts = calls.tell(message, deps.now());
    const events = eventsOf(facts);
    if (events.length > 0)
      keeping = keeping.then(() => insist(() => deps.deliver({ events, staff: [] }), deps, stopped));
    if (message.get('event') === 'CoreShowChannelsComplete') {
      wasUp = true;
      keeping = keeping.then(() => deps.report({ up: true, caughtUp: true, problem: null }));
    }
  };
  const { user, ...address } = amiAccount(channel.account);
  const ami: Ami = connectAmi(address, tell);
  ami.send('Login', { Username: user, Secret: channel.secret?.reveal() ?? '', Events: 'call,dialplan' });
  ami.send('CoreShowChannels');
  const stop = (): void => ami.close();
  stopped.addEventListener('abort', stop, { once: true });
  const why = await ami.ended;
  stopped.removeEventListener('abort', stop);
  await keeping;
  return { wasUp, problem: refused ? REFUSED : lost(why, hasTables) };
}

/** Asterisk repeats nothing, so retry until it is kept or we stop. */
async function insist(keep: () => Promise<unknown>, deps: ListenerDeps, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    try {
      await keep();
      return;
    } catch (error) {
      deps.log.warn({ err: error }, 'a call could not be kept; it is tried again');
      await pause(SECOND / 4, stopped);
    }
  }
}

const REFUSED: LocalizedText = {
  ru: 'Asterisk не принимает имя или пароль AMI: проверьте account и secret и manager.conf',
  en: 'Asterisk does not take the user or the password of AMI: check account and secret, and manager.conf',
};

const lost = (why: string, hasTables: boolean): LocalizedText =>
  hasTables
    ? {
        ru: `нет связи с Asterisk по AMI (${why}): звонки видны по таблицам, через минуту после их конца`,
        en: `no connection to Asterisk’s AMI (${why}): calls are seen by the tables, a minute after they end`,
      }
    : {
        ru: `нет связи с Asterisk по AMI (${why}): звонки за это время не видны`,
        en: `no connection to Asterisk’s AMI (${why}): calls of that time are not seen`,
      };
