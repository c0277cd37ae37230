import type { EpochMs } from '@otklik/domain';
import { channelMemory, openStore } from '@otklik/store';
import { avitoScript } from '../../../packages/channels/avito/testing/script.ts';
import { startEmailProvider } from '../../../packages/channels/email/testing/provider.ts';
import { jivoScript } from '../../../packages/channels/jivo/testing/script.ts';
import { maxPolledScript } from '../../../packages/channels/max/testing/script.ts';
import { metaScript } from '../../../packages/channels/meta/testing/script.ts';
import { okScript } from '../../../packages/channels/ok/testing/script.ts';
import { mangoScript } from '../../../packages/channels/phone/mango/testing/script.ts';
import { startPhoneProvider } from '../../../packages/channels/phone/testing/phoneProvider.ts';
import { smsScript } from '../../../packages/channels/sms/testing/script.ts';
import { tawkScript } from '../../../packages/channels/tawk/testing/script.ts';
import { startTelegramProvider } from '../../../packages/channels/telegram/testing/provider.ts';
import {
  type ChatProvider,
  type ChatScript,
  type Delivery,
  startChatProvider,
} from '../../../packages/channels/testing/chatProvider.ts';
import type { ContractProvider, Place } from '../../../packages/channels/testing/contract.ts';
import { vkScript } from '../../../packages/channels/vk/testing/script.ts';
import {
  startWebhookProvider,
  type WebhookProvider,
} from '../../../packages/channels/webhook/testing/provider.ts';
import { startWhatsappProvider } from '../../../packages/channels/whatsapp/testing/provider.ts';
import { startWhatsappCloudProvider } from '../../../packages/channels/whatsapp-cloud/testing/provider.ts';
import type { Line, Manner, Sides } from './exchange.ts';

/** A kind of channel: its provider, and what the program must know in the end. */
export interface Kind {
  readonly provider: ContractProvider;
  readonly manner: Manner;
  /** Some lines are told late. */
  readonly isToldLate: boolean;
  /** Done once by a person, before anybody writes. */
  prepare?(databaseUrl: string): Promise<void>;
  readonly sides: Sides;
  says(line: Line): Promise<void>;
  heard(lines: readonly Line[]): Promise<Heard>;
  /** What the program had heard by then; absent where nobody knows. */
  heardBy?(lines: readonly Line[], at: EpochMs): Heard;
}

/** What it must have heard, and what it may have. */
export interface Heard {
  readonly surely: ReadonlySet<Line>;
  readonly perhaps: ReadonlySet<Line>;
}

type Start = (place: Place) => Promise<Kind>;

const LINES = 200;
const CHATS = 20;
/** Phone numbers have one digit for the chat. */
const NUMBERS = 9;
/** The provider numbers messages: the order within a second is known. */
const NUMBERED = { hasTies: true };
/** Messages reach us in the order in which they were said. */
const IN_TURN = { hasTies: true };
/** Acknowledged later, it may be unrecorded (law 7). */
const UNDER_WAY_MS = 1_000;

/**
 * What each kind proves over a hundred deaths of the program:
 *
 * - `webhook`, `whatsapp_cloud`, `vk` (Callback API), `meta`: posted until a 2xx, so perhaps several times. What was
 * acknowledged is kept, the rest comes again, nothing counts twice.
 * - `telegram`, `max`: long polling. The offset moves only past what is kept.
 * - `email`: a real IMAP server. The place in each folder moves only past what is kept.
 * - `whatsapp`: keys of the ciphers and receipts. What is not acknowledged comes again and can still be read.
 * - `avito`, `phone` (Mango): posted once. The lists of chats and calls bring what a death cost.
 * - `ok`: clients are posted until a 2xx, our own side stands only in the list.
 * - `jivo`, `sms`: told once, without a list. What got its 2xx is kept; only what found nobody listening is lost.
 */
export const KINDS: Readonly<Record<string, Start>> = {
  webhook: async (place) => scripted(await startWebhookProvider(place)),
  telegram: async (place) => kindOf(await startTelegramProvider('polling', place), NUMBERED),
  email: async (place) => kindOf(await startEmailProvider(place)),
  whatsapp: async (place) => {
    const provider = await startWhatsappProvider(place);
    /** Somebody scans the code. */
    const prepare = async (databaseUrl: string) => {
      const store = await openStore({ url: databaseUrl, connections: 2, onError: () => undefined });
      await provider.link(channelMemory(store, place.channel)).finally(() => store.close());
    };
    return { ...kindOf(provider, { chats: 2 }), prepare };
  },
  whatsapp_cloud: async (place) => kindOf(await startWhatsappCloudProvider(place), IN_TURN),
  avito: async (place) => kindOf(await startChatProvider(avitoScript, place)),
  phone: async (place) => ({
    ...kindOf(await startPhoneProvider(mangoScript, place), { chats: NUMBERS }),
    sides: { machineOpens: true, employeeIsSeen: true },
  }),
  vk: async (place) => kindOf(await startChatProvider(vkScript, place), NUMBERED),
  max: async (place) => kindOf(await startChatProvider(maxPolledScript, place), NUMBERED),
  meta: async (place) => kindOf(await startChatProvider(metaScript, place)),
  ok: async (place) => kindOf(await startChatProvider(okScript, place), NUMBERED),
  tawk: async (place) => kindOf(await startChatProvider(tawkScript, place)),
  jivo: (place) => blind(jivoScript(), place),
  sms: (place) => blind(smsScript, place),
};

/** Misses nothing: it is told again, or in a list. */
function kindOf(provider: ContractProvider, manner: Partial<Manner> = {}): Kind {
  const { clientWrites, employeeAnswers, employeeSaysNothing, botAnswers } = provider;
  const says = async ({ by, chat, at, text }: Line) => {
    if (by === 'client') await clientWrites(text, { at, chat });
    else if (by === 'bot') await botAnswers(text, { at, chat });
    else if (text === '') await employeeSaysNothing?.({ at, chat });
    else await employeeAnswers?.(text, { at, chat });
  };
  return {
    provider,
    manner: {
      lines: LINES,
      chats: CHATS,
      hasTies: false,
      hasEmpty: employeeSaysNothing !== undefined,
      hasDeletions: false,
      ...manner,
    },
    isToldLate: false,
    sides: { machineOpens: false, employeeIsSeen: employeeAnswers !== null },
    says,
    heard: async (lines) => ({ surely: new Set(lines), perhaps: new Set() }),
  };
}

/** The company's own script tells everything, in any order: lines are numbered. */
function scripted(provider: WebhookProvider): Kind {
  const idOf = ({ number }: Line) => `line-${number}`;
  const says = async (line: Line) => {
    const { by: side, chat, at, number, text, deletes } = line;
    provider.posts({
      id: idOf(line),
      thread: `chat-${chat}`,
      at: new Date(at).toISOString(),
      seq: number,
      from: { side, id: `${side}-${chat}`, ...(side === 'client' && { name: clientOf(chat) }) },
      ...(deletes ? { kind: 'deletion', of: idOf(deletes) } : { kind: 'message', text }),
    });
  };
  const heardBy = (lines: readonly Line[], at: EpochMs): Heard => {
    const postingOf = (line: Line) => provider.postings.get(idOf(line));
    const surely = new Set(
      lines.filter((line) => (postingOf(line)?.acceptedAt ?? Number.POSITIVE_INFINITY) < at - UNDER_WAY_MS),
    );
    const tried = new Set(lines.filter((line) => (postingOf(line)?.since ?? Number.POSITIVE_INFINITY) <= at));
    return { surely, perhaps: tried.difference(surely) };
  };
  const manner = { hasTies: true, hasEmpty: true, hasDeletions: true };
  return { ...kindOf(provider, manner), isToldLate: true, says, heardBy };
}

/** Names of the script's clients. */
export const clientOf = (chat: number): string => `Клиент ${chat}`;

/** Words come once: what became of each post says what can be known. */
async function blind(script: ChatScript, place: Place): Promise<Kind> {
  const provider: ChatProvider = await startChatProvider(script, place);
  const heard = async (lines: readonly Line[]): Promise<Heard> => {
    const deliveries = await provider.deliveries();
    const toldWith = (outcome: Delivery['outcome']) => {
      const times = deliveries.flatMap((each) =>
        each.outcome === outcome ? (each.told.tells ?? []).map(({ at }) => at) : [],
      );
      return new Set(lines.filter(({ at }) => times.includes(at)));
    };
    const surely = toldWith('accepted');
    return { surely, perhaps: toldWith('nobody knows').difference(surely) };
  };
  return { ...kindOf(provider, { chats: NUMBERS, hasEmpty: false }), heard };
}
