import { answerCallbackQuery } from './answerCallbackQuery.ts';
import type { FakeBot } from './bot.ts';
import { getBusinessConnection } from './connection.ts';
import { editMessageCaption, editMessageText } from './editMessageText.ts';
import { getFile } from './files.ts';
import { getUpdates } from './getUpdates.ts';
import { getChat, getChatMember } from './group.ts';
import type { Params } from './params.ts';
import { sendFile } from './sendFile.ts';
import { sendMessage } from './sendMessage.ts';
import { setMyCommands } from './setMyCommands.ts';
import { deleteWebhook, getWebhookInfo, setWebhook } from './webhookMethods.ts';

export interface Call {
  readonly bot: FakeBot;
  readonly method: string;
  readonly params: Params;
  /** Aborted when the caller hangs up. */
  readonly hungUp: AbortSignal;
}

/** Returns the `result` or throws a `Refusal`. */
export type Method = (call: Call) => unknown;

/** By lower-case name: the provider ignores case. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    getMe: ({ bot }: Call) => ({
      ...bot.body(),
      can_join_groups: true,
      can_read_all_group_messages: bot.readsAllOfGroups,
      supports_inline_queries: false,
      can_connect_to_business: true,
      has_main_web_app: false,
    }),
    getUpdates,
    setWebhook,
    deleteWebhook,
    getWebhookInfo,
    sendMessage,
    sendPhoto: sendFile,
    sendVideo: sendFile,
    sendVoice: sendFile,
    sendAudio: sendFile,
    sendDocument: sendFile,
    getFile,
    editMessageText,
    editMessageCaption,
    answerCallbackQuery,
    setMyCommands,
    getChat,
    getChatMember,
    getBusinessConnection,
  } satisfies Record<string, Method>).map(([name, method]) => [name.toLowerCase(), method]),
);
