import { FakeMessage } from './chat.ts';
import { readCaption } from './formattedText.ts';
import type { Call } from './methods.ts';
import type { Params, Upload } from './params.ts';
import { Refusal } from './refusal.ts';
import { sendElsewhere } from './sendElsewhere.ts';
import { readMarkup, readReply, respectLimits } from './sendMessage.ts';
import { readChat } from './target.ts';

const MB = 1024 * 1024;

interface Kind {
  readonly field: string;
  readonly most: number;
  readonly own: readonly string[];
}

/** https://core.telegram.org/bots/api#sending-files */
const KINDS: Readonly<Record<string, Kind>> = {
  sendphoto: { field: 'photo', most: 10 * MB, own: [] },
  sendvideo: { field: 'video', most: 50 * MB, own: ['duration', 'width', 'height'] },
  sendvoice: { field: 'voice', most: 50 * MB, own: ['duration'] },
  sendaudio: { field: 'audio', most: 50 * MB, own: ['duration'] },
  senddocument: { field: 'document', most: 50 * MB, own: [] },
};

/** `sendPhoto` and so on, with an upload. */
export function sendFile(call: Call): unknown {
  const { bot, params, method } = call;
  const kind = KINDS[method.toLowerCase()];
  if (kind === undefined) throw Refusal.notFound('Not Found: method not found');
  params.flag('disable_notification');
  if (kind.field === 'video') params.flag('supports_streaming');
  for (const name of kind.own) params.integer(name);
  const upload = readUpload(params, kind);
  const caption = readCaption(call);
  const buttons = readMarkup(call);
  const file = { field: kind.field, name: upload.name, bytes: upload.bytes };
  const elsewhere = sendElsewhere(call, caption.text, file);
  if (elsewhere !== null) return elsewhere;
  const chat = readChat(call);
  const replyTo = readReply(call, chat);
  respectLimits(bot, chat);
  const { clock, changes } = bot.telegram;
  const message = new FakeMessage(
    { messageId: bot.newMessageId(), from: 'bot', replyTo, date: clock.seconds(), content: {}, file },
    { ...caption, buttons, at: clock.now() },
  );
  chat.messages.push(message);
  changes.happened();
  return bot.messageBody(chat, message);
}

function readUpload(params: Params, { field, most }: Kind): Upload {
  const upload = params.upload(field);
  if (upload === null) throw Refusal.malformed(`there is no ${field} in the request`);
  if (upload.bytes.length === 0) throw Refusal.malformed('file must be non-empty');
  if (upload.bytes.length > most) throw Refusal.tooLarge();
  if (field === 'photo' && !isPicture(upload.bytes)) throw Refusal.malformed('IMAGE_PROCESS_FAILED');
  return upload;
}

const isPicture = (bytes: Uint8Array): boolean =>
  ['ffd8ff', '89504e', '524946'].includes(Buffer.from(bytes.subarray(0, 3)).toString('hex'));
