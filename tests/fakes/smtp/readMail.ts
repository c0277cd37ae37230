/** A mail as the recipient sees it. */
export interface MailRead {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** With angle brackets. */
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly references: readonly string[];
  readonly autoSubmitted: string;
  readonly text: string;
  readonly html: string;
}

/** nodemailer's output: RFC 2047 headers, one part or alternatives, base64 or quoted-printable. */
export function readMail(mail: string): MailRead {
  const header = (name: string): string => headerOf(mail, name);
  const boundary = /boundary="([^"]+)"/.exec(header('Content-Type'))?.[1];
  const parts = boundary === undefined ? [mail] : mail.split(`--${boundary}`).map((part) => part.trimStart());
  const bodyOf = (type: string): string => {
    const part = parts.find((each) => headerOf(each, 'Content-Type').startsWith(type));
    return part === undefined ? '' : decodedBody(part);
  };
  return {
    from: header('From'),
    to: header('To'),
    subject: header('Subject'),
    messageId: header('Message-ID'),
    inReplyTo: header('In-Reply-To'),
    references: header('References').match(/<[^<>]+>/g) ?? [],
    autoSubmitted: header('Auto-Submitted'),
    text: bodyOf('text/plain').replaceAll('\r\n', '\n').trim(),
    html: bodyOf('text/html'),
  };
}

function headerOf(part: string, name: string): string {
  const [head = ''] = part.split('\r\n\r\n', 1);
  const value = new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(head)?.[1] ?? '';
  return value
    .replaceAll(/\r\n[ \t]/g, ' ')
    .replaceAll(/\?= =\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_all, how: string, said: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(said, 'base64').toString()
        : unescaped(said.replaceAll('_', ' ')),
    );
}

function decodedBody(part: string): string {
  const body = part.slice(part.indexOf('\r\n\r\n') + 4);
  switch (headerOf(part, 'Content-Transfer-Encoding')) {
    case 'base64':
      return Buffer.from(body, 'base64').toString();
    case 'quoted-printable':
      return unescaped(body.replaceAll('=\r\n', ''));
    default:
      return body;
  }
}

const unescaped = (said: string): string =>
  Buffer.from(
    said.replaceAll(/=([0-9A-F]{2})/gi, (_hex, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    ),
    'latin1',
  ).toString();
