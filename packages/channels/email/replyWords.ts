/** «-- » begins a signature (RFC 3676, 4.3); the space may be lost. */
const SIGNATURE = /^--\s?$/;
/** Longer is no signature. */
const MOST_OF_SIGNATURE = 12;
/** «Sent from my…». But «Отправлено через СДЭК» is an answer. */
const SENT_BY = /^(отправлено|отправлена|sent|get|скачать|пишу|пересылаю)\s/i;
const PROGRAM =
  /iphone|ipad|android|samsung|galaxy|xiaomi|redmi|huawei|honor|blackberry|смартфон|с телефона|мобильн|с моего устройства|my mobile|smartphone|(яндекс|yandex)[ .]?(почт|mail)|почты mail\.ru|mail\.ru|outlook|gmail|yahoo|(mail|почта|почты)["»”]? (для|for) windows/i;
const LONGEST_ADDITION = 150;

/** Drops the signature and the program's footer. */
export function replyWords(words: string): string {
  const lines = words.split('\n');
  const end = lines.findIndex((line) => SIGNATURE.test(line));
  const isSignature = end !== -1 && lines.length - end - 1 <= MOST_OF_SIGNATURE;
  const said = lines.slice(0, isSignature ? end : lines.length);
  while (said.length > 0 && isAdded(said.at(-1) ?? '')) said.pop();
  return said.join('\n').trim();
}

function isAdded(line: string): boolean {
  const said = line.trim();
  return said === '' || (said.length <= LONGEST_ADDITION && SENT_BY.test(said) && PROGRAM.test(said));
}
