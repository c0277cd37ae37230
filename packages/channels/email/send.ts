import type { Transporter } from 'nodemailer';
import type { Outgoing, SendDeps, Sent } from '../channel.ts';
import { type Carries, MB } from '../files.ts';
import { unsent } from '../provider/unsent.ts';
import type { EmailChannel } from './config.ts';
import { type LastMail, lastName } from './lastMail.ts';
import { TokenRefused } from './oauth.ts';
import { mailboxProblem } from './problems.ts';
import { transportOf } from './smtp.ts';

/** 5xx is permanent (RFC 5321, 4.2.1). */
const isForGood = (code: unknown): boolean => typeof code === 'number' && code >= 500 && code < 600;

/** Large providers allow 25 MB; base64 adds a third (RFC 2045, 6.8). */
const MOST = 18 * MB;
export const MAIL_CARRIES: Carries = {
  photo: { most: MOST },
  video: { most: MOST },
  voice: { most: MOST },
  audio: { most: MOST },
  document: { most: MOST },
};
/** RFC 5321, 4.2.3. */
const TOO_LARGE = 552;

/**
 * Answers the client's last mail. The Message-ID derives from our id: a retry is the same mail, the filed copy the
 * same event.
 */
export async function sendMail(
  channel: EmailChannel,
  { id, thread, text, file }: Outgoing,
  { memory, now }: SendDeps,
): Promise<Sent> {
  if (channel.smtp === null)
    return unsent({
      ru: 'у канала нет smtp в otklik.yaml: он только читает',
      en: 'the channel has no smtp in otklik.yaml: it only reads',
    });
  const name = lastName(thread);
  const remembered = (await memory.recall([name])).get(name);
  if (remembered === undefined)
    return unsent({
      ru: 'письма, на которое нужно ответить, здесь уже нет: ответьте в почтовой программе',
      en: 'the mail to answer is not known any more: answer it in your mail program',
    });
  const last = JSON.parse(remembered) as LastMail;
  const messageId = `otklik.${id.replaceAll(/[^\w.-]/g, '-')}@${channel.address.split('@').at(-1)}`;
  let transport: Transporter | null = null;
  try {
    transport = await transportOf(channel, channel.smtp.reveal());
    await transport.sendMail({
      from: channel.address,
      to: last.replyTo,
      subject: /^re:/i.test(last.subject) ? last.subject : `Re: ${last.subject}`,
      text,
      messageId: `<${messageId}>`,
      inReplyTo: `<${last.messageId}>`,
      ...(file && {
        attachments: [{ filename: file.name, contentType: file.mime, content: Buffer.from(file.bytes) }],
      }),
      references: [...last.references, last.messageId].map((each) => `<${each}>`),
    });
    return { outcome: 'sent', id: messageId, at: now() };
  } catch (error) {
    if (error instanceof TokenRefused) return unsent(mailboxProblem(error));
    const code: unknown = error instanceof Error ? Reflect.get(error, 'responseCode') : null;
    const word: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
    const problem = `the mail server says ${typeof code === 'number' ? code : String(word ?? 'nothing')}`;
    if (!isForGood(code) && word !== 'EAUTH') return { outcome: 'retry', afterMs: null, problem };
    const said =
      code === TOO_LARGE && file !== undefined
        ? {
            ru: 'почтовый сервер не принял письмо такого размера',
            en: 'the mail server took no mail of that size',
          }
        : { ru: 'почтовый сервер не принял письмо', en: 'the mail server did not take the mail' };
    return { outcome: 'refused', problem, said };
  } finally {
    transport?.close();
  }
}
