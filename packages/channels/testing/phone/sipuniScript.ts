import type { PhoneScript, Posting } from './phoneProvider.ts';

const KEY = 'the-key-of-this-test-1';

export const sipuniPost = (fields: Readonly<Record<string, string>>): Posting => ({
  method: 'GET',
  path: `?key=${KEY}&${new URLSearchParams(fields)}`,
});
const unix = (at: number): string => String(Math.floor(at / 1_000));

/** Sipuni, by GET. */
export const sipuniScript: PhoneScript = {
  yaml: () => `provider: sipuni, key: "${KEY}"`,
  rings: ({ id, client, began }) =>
    sipuniPost({
      event: '1',
      call_id: id,
      src_num: client,
      src_type: '1',
      dst_type: '2',
      pbxdstnum: '74951234567',
      timestamp: unix(began),
    }),
  pickedUp: ({ id, direction, client, began, answered, isMachine }) =>
    sipuniPost({
      event: '3',
      call_id: id,
      ...(direction === 'in'
        ? { src_num: client, src_type: '1', ...(!isMachine && { dst_type: '2', short_dst_num: '101' }) }
        : { src_num: '101', short_src_num: '101', src_type: '2', dst_num: client, dst_type: '1' }),
      timestamp: unix(answered ?? began),
    }),
  unknown: () => sipuniPost({ event: '99', call_id: 'x', timestamp: unix(Date.now()) }),
};
