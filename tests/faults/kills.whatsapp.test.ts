import { channelMemory, openStore } from '@otklik/store';
import { startWhatsappProvider } from '../../packages/channels/testing/whatsappProvider.ts';
import { survivesKills } from './channelKills.ts';

survivesKills('whatsapp', startWhatsappProvider, {
  chats: 2,
  /** Somebody scans the code that the program shows. */
  prepare: async (provider, otklik) => {
    const store = await openStore({ url: otklik.databaseUrl, connections: 2, onError: () => undefined });
    try {
      await provider.link(channelMemory(store, 'wa'));
    } finally {
      await store.close();
    }
  },
});
