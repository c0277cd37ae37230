import { z } from 'zod';
import type { Dial, LocalizedText } from '../../channel.ts';
import { DIAL_TIMEOUT_MS, dialBy } from '../../provider/dialBy.ts';
import { bareNumber } from '../../provider/phoneNumbers.ts';
import type { PhoneChannel } from '../config.ts';
import { mangoCommand } from './command.ts';

/** `/vpbx/commands/callback`: the result comes as an event. */
export const dialByMango =
  (channel: PhoneChannel): Dial =>
  ({ id, from, to }, signal) =>
    dialBy('Mango Office', async () => {
      const command = { command_id: id, from: { extension: from }, to_number: bareNumber(to) };
      const answered = await mangoCommand(
        channel,
        '/vpbx/commands/callback',
        command,
        signal,
        DIAL_TIMEOUT_MS,
      );
      return refusalIn(answered.text);
    });

const answerShape = z.looseObject({ result: z.coerce.number() });
const TAKEN = [0, 1_000];

/** The body is empty or holds a result code. */
function refusalIn(text: string): LocalizedText | null {
  let told: unknown = null;
  try {
    told = JSON.parse(text);
  } catch {
    return null;
  }
  const { data } = answerShape.safeParse(told);
  if (!data || TAKEN.includes(data.result)) return null;
  return {
    ru: `Mango Office не принимает вызов (код ${data.result}): проверьте внутренний номер сотрудника`,
    en: `Mango Office does not take the call (code ${data.result}): check the colleague’s extension`,
  };
}
