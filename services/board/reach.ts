import type { Config } from '@otklik/config';
import { PERSONAL_TRANSPORTS, type Person, type PersonalTransport } from '@otklik/domain';
import type { ClockRules, LivePeople } from '@otklik/store';
import { iso } from './present.ts';

interface ReachDeps {
  config(): Config;
  rules(): ClockRules;
  people: Pick<LivePeople, 'closed'>;
  readonly demo: boolean;
}

/** What became of a test message to one person by one transport; the notifier's, given by whoever puts the services together. */
export interface CheckedWay {
  readonly person: string;
  readonly transport: PersonalTransport | null;
  readonly outcome: 'sent' | 'refused' | 'closed' | 'failed' | 'no_way';
  readonly problem: string | null;
}

/** Sends each of these people a test message by each of their transports. */
export type CheckPeople = (ids: readonly string[]) => Promise<readonly CheckedWay[]>;

/** By what a person is reached, and whether anything of it works. A demo rings on the terminal, which reaches everybody. */
export function presentReach(person: Person, { rules, people, demo }: ReachDeps) {
  const { reach } = rules();
  const reachBy = reach.waysOf(person).map((transport) => {
    const dead = person.deadEnds.find((each) => each.transport === transport);
    const why = dead ?? people.closed().get(transport) ?? null;
    return {
      transport,
      works: why === null,
      since: why === null ? null : iso(why.since),
      problem: why === null ? null : why.problem,
    };
  });
  const isDead = (way: PersonalTransport) => person.deadEnds.some(({ transport }) => transport === way);
  return { reachable: demo || !reach.waysOf(person).every(isDead), reach: reachBy };
}

/** The company's transports, and which of them refuse us. */
export function presentTransports({ config, people }: ReachDeps) {
  return PERSONAL_TRANSPORTS.filter((transport) => config().notify[transport] !== null).map((transport) => {
    const why = people.closed().get(transport) ?? null;
    return {
      transport,
      up: why === null,
      since: why === null ? null : iso(why.since),
      problem: why === null ? null : why.problem,
    };
  });
}

const NAMES: Record<PersonalTransport, { readonly ru: string; readonly en: string }> = {
  telegram: { ru: 'Telegram', en: 'Telegram' },
  email: { ru: 'Почта', en: 'E-mail' },
};

/** In words, with the remedy. */
export function presentChecked({ transport, outcome, problem }: CheckedWay) {
  return { transport, outcome, problem, said: saidOf(transport, outcome, problem) };
}

export function saidOf(
  transport: CheckedWay['transport'],
  outcome: CheckedWay['outcome'],
  problem: string | null,
): { ru: string; en: string } {
  if (transport === null || outcome === 'no_way')
    return {
      ru: 'Писать некуда: впишите в otklik.yaml telegram или email этого человека.',
      en: 'There is nothing to reach them by: write their telegram or email into otklik.yaml.',
    };
  const { ru, en } = NAMES[transport];
  const why = problem === null ? '' : ` (${problem})`;
  switch (outcome) {
    case 'sent':
      return { ru: `${ru}: дошло.`, en: `${en}: it got through.` };
    case 'refused':
      return transport === 'telegram'
        ? {
            ru: `${ru}: не доходит${why}. Пусть напишет боту /start; если бот заблокирован — разблокирует.`,
            en: `${en}: it does not get through${why}. They should write /start to the bot, or unblock it.`,
          }
        : {
            ru: `${ru}: не доходит${why}. Проверьте адрес в otklik.yaml.`,
            en: `${en}: it does not get through${why}. Check the address in otklik.yaml.`,
          };
    case 'closed':
      return transport === 'telegram'
        ? {
            ru: `${ru}: Telegram не принимает токен бота${why}. Возьмите действующий у @BotFather и впишите в notify.telegram.token.`,
            en: `${en}: Telegram refuses the bot token${why}. Take the current one from @BotFather and write it into notify.telegram.token.`,
          }
        : {
            ru: `${ru}: почтовый сервер не принимает наш вход или отправителя${why}. Проверьте notify.email.`,
            en: `${en}: the mail server refuses our login or sender${why}. Check notify.email.`,
          };
    case 'failed':
      return {
        ru: `${ru}: сейчас не вышло${why}. Попробуйте ещё раз через минуту.`,
        en: `${en}: not now${why}. Try again in a minute.`,
      };
  }
}
