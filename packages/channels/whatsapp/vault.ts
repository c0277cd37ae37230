import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** So that a copy of the database is no copy of the account. */
export interface Vault {
  /** Binds the value to `name`. */
  seal(name: string, text: string): string;
  /** @throws WrongKeyError for another key, channel or name. */
  open(name: string, sealed: string): string;
}

/** The database was sealed with another key. */
export class WrongKeyError extends Error {
  override readonly name = 'WrongKeyError';
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D, 8.2.2). `key`: 32 bytes in base64. */
export function vaultOf(key: string, channel: string): Vault {
  const bytes = Buffer.from(key, 'base64');
  const context = (name: string) => Buffer.from(JSON.stringify([channel, name]));
  return {
    seal: (name, text) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(context(name));
      const sealed = [cipher.update(text, 'utf8'), cipher.final()];
      return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64');
    },
    open: (name, sealed) => {
      const all = Buffer.from(sealed, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', bytes, all.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(context(name)).setAuthTag(all.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const parts = [decipher.update(all.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
        return Buffer.concat(parts).toString('utf8');
      } catch {
        throw new WrongKeyError('what is remembered of this channel does not open with its key');
      }
    },
  };
}
