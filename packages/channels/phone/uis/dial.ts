import { z } from 'zod';
import type { Dial } from '../../channel.ts';
import { callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';
import { DIAL_TIMEOUT_MS, dialBy, refusedBy } from '../../provider/dialBy.ts';
import { bareNumber, firstNumber } from '../../provider/phoneNumbers.ts';
import type { PhoneChannel } from '../config.ts';

const takenShape = z.object({ result: z.looseObject({ data: z.unknown() }) });
const refusedShape = z.object({ error: z.looseObject({ message: z.string() }) });

/**
 * `start.employee_call` of the Call API. Needs the employee's id, and `numbers` for what the client sees.
 * https://www.uiscom.ru/academiya/spravochnyj-centr/dokumentatsiya-api/call_api
 */
export function dialByUis({ token, numbers, apiRoot }: PhoneChannel): Dial | null {
  const number = firstNumber(numbers);
  if (token === null || number === null) return null;
  // Each brand has both hosts.
  const root = (apiRoot ?? 'https://dataapi.uiscom.ru').replace('//dataapi', '//callapi');
  return ({ id, from, to }, signal) =>
    dialBy('UIS', async () => {
      if (!/^\d+$/.test(from)) return NO_ID;
      const params = {
        access_token: token.reveal(),
        first_call: 'employee',
        direction: 'out',
        virtual_phone_number: number,
        contact: bareNumber(to),
        employee: { id: Number(from) },
        external_id: id,
      };
      const answered = await callProviderJson(
        {
          provider: 'UIS',
          url: `${root}/v4.0`,
          body: { jsonrpc: '2.0', id, method: 'start.employee_call', params },
          timeoutMs: DIAL_TIMEOUT_MS,
        },
        signal,
      );
      if (takenShape.safeParse(answered).success) return null;
      const { data } = refusedShape.safeParse(answered);
      if (data) return refusedBy('UIS', data.error.message);
      throw new ProviderTrouble({ ru: 'UIS ответил непонятно', en: 'UIS gave no clear answer' });
    });
}

const NO_ID = {
  ru: 'UIS звонит по номеру сотрудника в кабинете (employee_id): поставьте его первым в accounts',
  en: 'UIS rings by the employee’s id (employee_id): put it first in accounts',
};
