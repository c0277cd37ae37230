import type { PhoneChannel } from '@otklik/config';
import { SECOND } from '@otklik/domain';
import type { Listener, ListenerWorld, Said } from '../channel.ts';
import { backoffMs, type Pace, pause } from '../telegram/pace.ts';
import { type Ami, type AmiMessage, amiAccount, connectAmi } from './ami.ts';
import { AsteriskCalls } from './asteriskCalls.ts';
import { dialByAsterisk } from './dial/asterisk.ts';
import { DialledByAsterisk } from './dial/asteriskCalls.ts';
import type { KeepFacts, Line } from './line.ts';

/** `account` is `user@host:5038` of manager.conf, `secret` its password. What happens while nobody is connected Asterisk tells nobody. */
export const asterisk: Line = {
  name: 'Asterisk',
  listen: (channel, world, keep) => listenToAmi(channel, world, keep),
  dial: dialByAsterisk,
};

type AmiPace = Pick<Pace, 'firstBackoffMs' | 'maxBackoffMs' | 'random'>;
const PACE: AmiPace = { firstBackoffMs: SECOND, maxBackoffMs: 30 * SECOND, random: Math.random };

/** One live connection, made again whenever it ends. */
function listenToAmi(
  channel: PhoneChannel,
  world: ListenerWorld,
  keep: KeepFacts,
  pace: AmiPace = PACE,
): Listener {
  const stopping = new AbortController();
  return { stop: () => stopping.abort(), done: run(channel, world, keep, pace, stopping.signal) };
}

async function run(
  channel: PhoneChannel,
  world: ListenerWorld,
  keep: KeepFacts,
  pace: AmiPace,
  stopped: AbortSignal,
): Promise<void> {
  const calls = new AsteriskCalls();
  const dialled = new DialledByAsterisk();
  let failures = 0;
  while (!stopped.aborted) {
    const ended = await session(channel, world, keep, calls, dialled, stopped);
    if (stopped.aborted) return;
    failures = ended.wasUp ? 1 : failures + 1;
    world.report({ up: false, caughtUp: ended.wasUp, problem: ended.problem });
    await pause(backoffMs(pace, failures), stopped);
  }
}

async function session(
  channel: PhoneChannel,
  world: ListenerWorld,
  keep: KeepFacts,
  calls: AsteriskCalls,
  dialled: DialledByAsterisk,
  stopped: AbortSignal,
): Promise<{ wasUp: boolean; problem: Said }> {
  let wasUp = false;
  let refused = false;
  let keeping: Promise<void> = Promise.resolve();
  const tell = (message: AmiMessage): void => {
    if (message.get('response') === 'Error' && !wasUp) {
      refused = true;
      ami.close();
      return;
    }
    if (message.get('event') === 'CoreShowChannelsComplete') {
      wasUp = true;
      keeping = keeping.then(() => world.report({ up: true, caughtUp: true, problem: null }));
    }
    const facts = dialled.tell(message, world.now()) ?? calls.tell(message, world.now());
    if (facts.length > 0) keeping = keeping.then(() => insist(() => keep(facts), world, stopped));
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
  return { wasUp, problem: refused ? REFUSED : lost(why) };
}

/** Asterisk says nothing twice: what could not be kept is tried again until it is, or until we stop. */
async function insist(keep: () => Promise<void>, world: ListenerWorld, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    try {
      return await keep();
    } catch (error) {
      world.log.warn({ err: error }, 'a call could not be kept; it is tried again');
      await pause(SECOND / 4, stopped);
    }
  }
}

const REFUSED: Said = {
  ru: 'Asterisk не принимает имя или пароль AMI: проверьте account и secret и manager.conf',
  en: 'Asterisk does not take the user or the password of AMI: check account and secret, and manager.conf',
};

const lost = (why: string): Said => ({
  ru: `нет связи с Asterisk по AMI (${why}): звонки за это время не видны`,
  en: `no connection to Asterisk’s AMI (${why}): calls of that time are not seen`,
});
