import type { EpochMs } from '@otklik/domain';
import type { ContractProvider, Place } from '../../testing/contract.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import { listenMailbox } from '../listen.ts';
import { MAIL_PACE } from '../pace.ts';
import { TestMailbox } from './mailbox.ts';

/** Fast timing. */
export const FAST = { ...MAIL_PACE, lookEveryMs: 50, firstBackoffMs: 20, maxBackoffMs: 100 };

interface Written {
  readonly folder: string;
  readonly mail: string;
  readonly at: Date;
}

/** A real mailbox: clients' mail is delivered, the employee's program files copies. */
export async function startEmailProvider(
  place?: Place,
): Promise<ContractProvider & { readonly mailbox: TestMailbox }> {
  const id = place?.channel ?? 'mail';
  const mailbox = await TestMailbox.open();
  const yaml = `
version: 1
people: [{ id: olga, name: Ольга, email: olga@example.ru }]
channels: [{ id: ${id}, kind: email, owner: olga, address: sales@example.ru, imap: "${mailbox.imap}" }]
`;
  const config = contractConfig(yaml);
  const channel = config.channels.get(id);
  if (channel?.kind !== 'email') throw new Error('no such channel');
  const written: Written[] = [];
  const chains = new Map<number, string[]>();
  const write = async (
    folder: string,
    chat: number,
    text: string,
    { at, headers = '' }: { at?: EpochMs | undefined; headers?: string } = {},
  ) => {
    const chain = chains.get(chat) ?? [];
    const id = `<m${written.length + 1}@mail.example>`;
    const client = `client${chat}@mail.example`;
    const [from, to] = folder === 'Sent' ? ['sales@example.ru', client] : [client, 'sales@example.ru'];
    const answers =
      chain.length === 0 ? '' : `In-Reply-To: ${chain.at(-1)}\nReferences: ${chain.join(' ')}\n`;
    const mail = `From: ${from}\nTo: ${to}\nSubject: ${chain.length === 0 ? '' : 'Re: '}Order ${chat}\nMessage-ID: ${id}\n${answers}${headers}Content-Type: text/plain; charset=utf-8\n\n${text}\n`;
    chains.set(chat, [...chain, id]);
    const one = { folder, mail, at: new Date(at ?? Date.now()) };
    written.push(one);
    await mailbox.append(one.folder, one.mail, one.at);
  };
  return {
    mailbox,
    yaml,
    config,
    port: null,
    keepsUnknownKinds: false,
    clientWrites: (text, { at, chat = 1 } = {}) => write('INBOX', chat, text, { at }),
    employeeAnswers: (text, { at, chat = 1 } = {}) => write('Sent', chat, text, { at }),
    employeeSaysNothing: ({ at, chat = 1 } = {}) => write('Sent', chat, '', { at }),
    botAnswers: (text, { at, chat = 1 } = {}) =>
      write('Sent', chat, text, { at, headers: 'Auto-Submitted: auto-replied\n' }),
    clientEdits: null,
    clientDeletes: null,
    sendsUnknownKind: () => mailbox.append('INBOX', 'Nothing: of what a mail has\n\n'),
    deliversAgain: async () => {
      for (const { folder, mail, at } of written.toReversed()) await mailbox.append(folder, mail, at);
    },
    start: async (world) => {
      const people = new Set(['olga@example.ru']);
      const listener = listenMailbox({ channel, people, privacy: config.privacy }, world, FAST);
      return {
        stop: async () => {
          listener.stop();
          await listener.done;
        },
      };
    },
    close: async () => undefined,
  };
}
