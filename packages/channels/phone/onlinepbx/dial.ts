import { z } from 'zod';
import type { Dial } from '../../channel.ts';
import { callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';
import { DIAL_TIMEOUT_MS, dialBy, refusedBy, wordsUnder } from '../../provider/dialBy.ts';
import { bareNumber } from '../../provider/phoneNumbers.ts';
import type { PhoneChannel } from '../config.ts';
import { NOT_LET_IN, onlinepbxSession } from './session.ts';

const answerShape = z.looseObject({
  status: z.union([z.string(), z.number(), z.boolean()]).transform((status) => Number(status) === 1),
  comment: z.string().optional(),
  isNotAuth: z.unknown().optional(),
});

/** `call/now.json`: `from` rings first. Digits only: a plus is refused as an unknown number. */
export function dialByOnlinepbx({ account, token, apiRoot }: PhoneChannel): Dial | null {
  if (account === null || token === null) return null;
  return ({ from, to }, signal) =>
    dialBy(
      'OnlinePBX',
      async () => {
        let session: Awaited<ReturnType<typeof onlinepbxSession>>;
        try {
          session = await onlinepbxSession(account, token.reveal(), apiRoot, signal, DIAL_TIMEOUT_MS);
        } catch (error) {
          // Without a session nothing was ordered yet.
          if (error instanceof ProviderTrouble) return error.said;
          throw error;
        }
        const answered = await callProviderJson(
          {
            provider: 'OnlinePBX',
            url: `${session.root}/call/now.json`,
            headers: session.headers,
            body: new URLSearchParams({ from: from.replaceAll(/\D/g, ''), to: bareNumber(to) }),
            timeoutMs: DIAL_TIMEOUT_MS,
          },
          signal,
        );
        const { data } = answerShape.safeParse(answered);
        if (!data)
          throw new ProviderTrouble({
            ru: 'OnlinePBX ответил непонятно',
            en: 'OnlinePBX gave no clear answer',
          });
        if (data.status) return null;
        return data.isNotAuth ? NOT_LET_IN : refusedBy('OnlinePBX', data.comment ?? 'status 0');
      },
      wordsUnder('comment'),
    );
}
