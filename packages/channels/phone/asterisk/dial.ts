import type { Dial, Dialled, Dialling } from '../../channel.ts';
import { DIAL_TIMEOUT_MS, refusedBy } from '../../provider/dialBy.ts';
import { bareNumber } from '../../provider/phoneNumbers.ts';
import type { PhoneChannel } from '../config.ts';
import { type AmiMessage, amiAccount, connectAmi } from './ami.ts';
import { nameOrdered } from './names.ts';

/** How long the colleague's telephone rings. */
const RINGS_MS = 30_000;

/**
 * Rings the colleague, who then dials the client by the dial plan's `context`. The user of manager.conf needs `write
 * = originate`. https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Originate/
 */
export const dialByAsterisk =
  (channel: PhoneChannel): Dial =>
  (call, signal) =>
    originate(channel, call, AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]));

async function originate(channel: PhoneChannel, call: Dialling, stopped: AbortSignal): Promise<Dialled> {
  const { user, ...address } = amiAccount(channel.account);
  const { promise: answered, resolve: answer } = Promise.withResolvers<Dialled>();
  let isAsked = false;
  const tell = (message: AmiMessage): void => {
    const [about, response] = [message.get('actionid'), message.get('response')];
    if (about === LOGIN && response !== 'Success') answer({ outcome: 'refused', said: NOT_LET_IN });
    else if (about === LOGIN) {
      isAsked = true;
      ami.send('Originate', originateFields(channel, call));
    } else if (about === call.id && response === 'Success') answer({ outcome: 'dialled' });
    else if (about === call.id && response === 'Error')
      answer({ outcome: 'refused', said: refusedBy('Asterisk', message.get('message') ?? 'Error') });
  };
  const ami = connectAmi(address, tell);
  const lost = (why: string): void => answer(isAsked ? nobodyKnows(why) : notReached(why));
  stopped.addEventListener('abort', () => lost(`${DIAL_TIMEOUT_MS / 1_000} s`), { once: true });
  void ami.ended.then(lost);
  ami.send('Login', {
    ActionID: LOGIN,
    Username: user,
    Secret: channel.secret?.reveal() ?? '',
    Events: 'off',
  });
  try {
    return await answered;
  } finally {
    ami.close();
  }
}

const LOGIN = 'otklik-login';

/** Without technology: PJSIP. The caller name shows the client's number. */
function originateFields({ context }: PhoneChannel, call: Dialling): Readonly<Record<string, string>> {
  const telephone = call.from.includes('/') ? call.from : `PJSIP/${call.from}`;
  const extension = telephone.replace(/^.*\//, '');
  return {
    ActionID: call.id,
    ChannelId: nameOrdered(call),
    Channel: telephone,
    Context: context ?? 'from-internal',
    Exten: bareNumber(call.to),
    Priority: '1',
    CallerID: `"${call.to}" <${extension}>`,
    Timeout: String(RINGS_MS),
    Async: 'true',
  };
}

const NOT_LET_IN = {
  ru: 'Asterisk не принимает имя или пароль AMI: проверьте account и secret и manager.conf',
  en: 'Asterisk does not take the user or the password of AMI: check account and secret, and manager.conf',
};

const notReached = (why: string): Dialled => ({
  outcome: 'refused',
  said: { ru: `нет связи с Asterisk по AMI (${why})`, en: `no connection to Asterisk’s AMI (${why})` },
});

const nobodyKnows = (why: string): Dialled => ({
  outcome: 'unknown',
  said: {
    ru: `не знаем, набрала ли АТС: Asterisk не ответил (${why})`,
    en: `nobody knows whether the exchange dialled: Asterisk did not answer (${why})`,
  },
});
