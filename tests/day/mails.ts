/** A mail's subject and plain text, as far as ours need it. */
export function plainMail(raw: string): { readonly subject: string; readonly text: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const subject = /^subject: ((?:.*)(?:\r\n[ \t].*)*)/im.exec(head)?.[1] ?? '';
  return { subject: words(subject), text: plainPart(head, rest.join('\r\n\r\n')) };
}

function plainPart(head: string, body: string): string {
  const boundary = /boundary="?([^";\r\n]+)"?/i.exec(head)?.[1];
  if (boundary === undefined) return decoded(head, body);
  for (const part of body.split(`--${boundary}`)) {
    const [partHead = '', ...rest] = part.replace(/^\r\n/, '').split('\r\n\r\n');
    if (/content-type: (text\/plain|multipart)/i.test(partHead))
      return plainPart(partHead, rest.join('\r\n\r\n'));
  }
  return '';
}

function decoded(head: string, body: string): string {
  const encoding = /content-transfer-encoding: (\S+)/i.exec(head)?.[1]?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body.trim();
  return bytes(body.replaceAll(/=\r?\n/g, '')).trim();
}

const bytes = (quoted: string): string =>
  Buffer.from(
    quoted.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

/** RFC 2047. */
const words = (header: string): string =>
  header
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('latin1')
        : latin(text.replaceAll('_', ' ')),
    )
    .replace(/[\u0080-\u00ff]+/g, (run) => Buffer.from(run, 'latin1').toString());
const latin = (quoted: string): string =>
  quoted.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
