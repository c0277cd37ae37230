import {
  type AuthenticationCreds,
  BufferJSON,
  initAuthCreds,
  makeCacheableSignalKeyStore,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
} from '@whiskeysockets/baileys';
import type { Memory } from '../../channel.ts';
import type { Vault } from '../vault.ts';
import { QUIET } from './quiet.ts';

export interface Session {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;
  isLinked(): boolean;
  /** Resolves when the current `creds` are durable. */
  save(): Promise<void>;
}

const CREDS = 'creds';
const KEYS = 'key:';

/** Stored, or new and unlinked. @throws WrongKeyError before anything is written. */
export async function openSession(memory: Memory, vault: Vault): Promise<Session> {
  const sealed = (await memory.recall([CREDS])).get(CREDS);
  const creds = sealed === undefined ? initAuthCreds() : readCreds(vault.open(CREDS, sealed));
  return {
    creds,
    keys: makeCacheableSignalKeyStore(keyStore(memory, vault), QUIET),
    isLinked: () => isLinked(creds),
    save: () => memory.remember(new Map([[CREDS, vault.seal(CREDS, write(creds))]]), 'account'),
  };
}

/** Forgets the session: the next one is new. */
export async function forgetSession(memory: Memory): Promise<void> {
  const keys = await memory.recallAll(KEYS);
  await memory.remember(new Map([CREDS, ...keys.keys()].map((name) => [name, null])), 'account');
}

/** A requested code sets `me` before the linking; the signature comes with it. */
function isLinked({ me, account }: AuthenticationCreds): boolean {
  return me !== undefined && account !== undefined;
}

/** A half-linked session starts anew: with `me` it would try to log in. */
function readCreds(text: string): AuthenticationCreds {
  const creds = read<AuthenticationCreds>(text);
  return isLinked(creds) ? creds : initAuthCreds();
}

/** A `set` is one statement and resolves when durable: a lost key is a lost conversation. */
function keyStore(memory: Memory, vault: Vault): SignalKeyStore {
  return {
    get: async <Type extends keyof SignalDataTypeMap>(type: Type, ids: string[]) => {
      const found = await memory.recall(ids.map((id) => keyName(type, id)));
      const values: { [id: string]: SignalDataTypeMap[Type] } = {};
      for (const id of ids) {
        const name = keyName(type, id);
        const sealed = found.get(name);
        if (sealed !== undefined) values[id] = revive(type, read(vault.open(name, sealed)));
      }
      return values;
    },
    set: (data) => memory.remember(sealedKeys(data, vault), 'account'),
  };
}

function sealedKeys(data: SignalDataSet, vault: Vault): Map<string, string | null> {
  const entries = Object.entries(data).flatMap(([type, values]) =>
    Object.entries(values ?? {}).map(([id, value]): [string, string | null] => {
      const name = keyName(type, id);
      return [name, value === null || value === undefined ? null : vault.seal(name, write(value))];
    }),
  );
  return new Map(entries);
}

const keyName = (type: string, id: string): string => `${KEYS}${type}:${id}`;

function revive<Type extends keyof SignalDataTypeMap>(
  type: Type,
  value: SignalDataTypeMap[Type],
): SignalDataTypeMap[Type] {
  if (type !== 'app-state-sync-key') return value;
  return proto.Message.AppStateSyncKeyData.fromObject(value as object) as unknown as SignalDataTypeMap[Type];
}

const write = (value: unknown): string => JSON.stringify(value, BufferJSON.replacer);
const read = <Value>(text: string): Value => JSON.parse(text, BufferJSON.reviver) as Value;
