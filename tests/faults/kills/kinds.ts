import { channelMemory, openStore } from '@otklik/store';
import { avitoScript } from '../../../packages/channels/testing/avitoScript.ts';
import {
  type ChatProvider,
  type ChatScript,
  type Delivery,
  startChatProvider,
} from '../../../packages/channels/testing/chatProvider.ts';
import type { ContractProvider, Place } from '../../../packages/channels/testing/contract.ts';
import { startEmailProvider } from '../../../packages/channels/testing/emailProvider.ts';
import { jivoScript } from '../../../packages/channels/testing/jivoScript.ts';
import { maxPolledScript } from '../../../packages/channels/testing/maxScript.ts';
import { metaScript } from '../../../packages/channels/testing/metaScript.ts';
import { okScript } from '../../../packages/channels/testing/okScript.ts';
import { mangoScript } from '../../../packages/channels/testing/phone/mangoScript.ts';
import { startPhoneProvider } from '../../../packages/channels/testing/phone/phoneProvider.ts';
import { smsScript } from '../../../packages/channels/testing/smsScript.ts';
import { startTelegramProvider } from '../../../packages/channels/testing/telegramProvider.ts';
import { vkScript } from '../../../packages/channels/testing/vkScript.ts';
import { startWebhookProvider } from '../../../packages/channels/testing/webhookProvider.ts';
import { startWhatsappCloudProvider } from '../../../packages/channels/testing/whatsappCloudProvider.ts';
import { startWhatsappProvider } from '../../../packages/channels/testing/whatsappProvider.ts';
import type { Otklik } from '../../e2e/otklik.ts';
import type { Line, Sides } from './exchange.ts';

/** One kind of channel in the exchange: the world outside, and what the program must know of it in the end. */
export interface Kind {
  readonly provider: ContractProvider;
  readonly chats: number;
  /** What a person does once, before anybody writes. */
  prepare?(otklik: Otklik): Promise<void>;
  readonly sides: Sides;
  heard(lines: readonly Line[]): Promise<Heard>;
}

/** What the program cannot have missed, and of what nobody can say whether it was heard. */
export interface Heard {
  readonly surely: ReadonlySet<Line>;
  readonly perhaps: ReadonlySet<Line>;
}

type Start = (place: Place) => Promise<Kind>;

const CHATS = 20;
/** Where a telephone number has one digit for the chat. */
const NUMBERS = 9;

/**
 * What each kind proves, over a hundred deaths of the whole program:
 *
 * - `webhook`, `whatsapp_cloud`, `vk` (Callback API), `meta`: posted until they get their 2xx, several times if it was lost on
 *   the way. What was acknowledged is kept, what was not comes again, and nothing counts twice.
 * - `telegram`, `max`: long polling. The place in the queue of updates moves on only past what is kept.
 * - `email`: a real IMAP server. The place in each folder moves on only past what is kept.
 * - `whatsapp`: the keys of the ciphers and the receipts. What is not acknowledged comes again and can still be read.
 * - `avito`, `phone` (Mango): posted once, to whoever listens. The lists of chats and calls bring what a death cost.
 * - `ok`: clients are posted until a 2xx, our own side stands only in the list.
 * - `jivo`, `sms`: told once, and no list to look it up in. What got its 2xx is kept, whenever the program dies after that;
 *   what found nobody listening is lost, and nothing else is.
 */
export const KINDS: Readonly<Record<string, Start>> = {
  webhook: async (place) => kindOf(await startWebhookProvider(place)),
  telegram: async (place) => kindOf(await startTelegramProvider('polling', place)),
  email: async (place) => kindOf(await startEmailProvider(place)),
  whatsapp: async (place) => {
    const provider = await startWhatsappProvider(place);
    /** Somebody scans the code that the program shows. */
    const prepare = async (otklik: Otklik) => {
      const store = await openStore({ url: otklik.databaseUrl, connections: 2, onError: () => undefined });
      await provider.link(channelMemory(store, place.channel)).finally(() => store.close());
    };
    return { ...kindOf(provider, { chats: 2 }), prepare };
  },
  whatsapp_cloud: async (place) => kindOf(await startWhatsappCloudProvider(place)),
  avito: async (place) => kindOf(await startChatProvider(avitoScript, place)),
  phone: async (place) =>
    kindOf(await startPhoneProvider(mangoScript, place), { chats: NUMBERS, machineOpens: true }),
  vk: async (place) => kindOf(await startChatProvider(vkScript, place)),
  max: async (place) => kindOf(await startChatProvider(maxPolledScript, place)),
  meta: async (place) => kindOf(await startChatProvider(metaScript, place)),
  ok: async (place) => kindOf(await startChatProvider(okScript, place)),
  jivo: (place) => blind(jivoScript(), place),
  sms: (place) => blind(smsScript, place),
};

/** A kind that misses nothing: it is told again, or finds it in a list. */
function kindOf(provider: ContractProvider, { chats = CHATS, machineOpens = false } = {}): Kind {
  return {
    provider,
    chats,
    sides: { machineOpens, employeeIsSeen: provider.employeeAnswers !== null },
    heard: async (lines) => ({ surely: new Set(lines), perhaps: new Set() }),
  };
}

/** A kind whose words come once: what became of each post says what can be known. */
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
  return { ...kindOf(provider, { chats: NUMBERS }), heard };
}
