/** Message number, and whether the words are a caption. */
export const handleOf = (messageId: number, isCaption: boolean): string =>
  `${isCaption ? 'caption' : 'text'}:${messageId}`;

export function readHandle(
  handle: string,
): { readonly messageId: number; readonly isCaption: boolean } | null {
  const [, kind, number] = /^(text|caption):(\d{1,16})$/.exec(handle) ?? [];
  return number === undefined ? null : { messageId: Number(number), isCaption: kind === 'caption' };
}
