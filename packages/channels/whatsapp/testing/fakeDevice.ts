import {
  type AuthenticationCreds,
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  initAuthCreds,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
  writeRandomPadMax16,
} from '@whiskeysockets/baileys';
import { QUIET } from '../baileys/quiet.ts';

export type Bundle = Parameters<Repository['injectE2ESession']>[0]['session'];
type Repository = ReturnType<typeof DEFAULT_CONNECTION_CONFIG.makeSignalRepository>;

/** Really encrypts for our linked device. */
export class FakeDevice {
  readonly creds: AuthenticationCreds = initAuthCreds();
  readonly #repository: Repository;
  #isMet = false;

  constructor() {
    const keys = addTransactionCapability(memoryKeys(), QUIET, DEFAULT_CONNECTION_CONFIG.transactionOpts);
    this.#repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds: this.creds, keys }, QUIET);
  }

  async encrypt(message: proto.IMessage, to: string, bundle: Bundle) {
    if (!this.#isMet) await this.#repository.injectE2ESession({ jid: to, session: bundle });
    this.#isMet = true;
    const data = writeRandomPadMax16(proto.Message.encode(message).finish());
    const { type, ciphertext } = await this.#repository.encryptMessage({ jid: to, data });
    return { tag: 'enc', attrs: { v: '2', type }, content: Buffer.from(ciphertext) };
  }
}

function memoryKeys(): SignalKeyStore {
  const values = new Map<string, unknown>();
  return {
    get: async <Type extends keyof SignalDataTypeMap>(type: Type, ids: string[]) =>
      Object.fromEntries(
        ids.flatMap((id) => {
          const value = values.get(`${type}:${id}`);
          return value === undefined ? [] : [[id, value as SignalDataTypeMap[Type]]];
        }),
      ),
    set: async (data: SignalDataSet) => {
      for (const [type, entries] of Object.entries(data))
        for (const [id, value] of Object.entries(entries ?? {})) values.set(`${type}:${id}`, value);
    },
  };
}
