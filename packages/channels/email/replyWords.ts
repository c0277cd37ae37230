/** «-- » stands before a signature (RFC 3676, 4.3); programs and people drop its space. */
const SIGNATURE = /^--\s?$/;
/** What programs on telephones add at the end. */
const SENT_FROM =
  /^(отправлено (из|с|через)\s|sent (from|with|via)\s|get outlook for\s|скачать outlook\s|(пересылаю|пишу) с телефона).{0,150}$/i;

/** Of a person's words in a mail what goes into a chat: without the signature and what their program adds. */
export function replyWords(words: string): string {
  const lines = words.split('\n');
  const signature = lines.findIndex((line) => SIGNATURE.test(line));
  const said = lines.slice(0, signature === -1 ? lines.length : signature);
  while (said.length > 0 && isAdded(said.at(-1) ?? '')) said.pop();
  return said.join('\n').trim();
}

const isAdded = (line: string): boolean => line.trim() === '' || SENT_FROM.test(line.trim());
