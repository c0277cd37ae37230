import { mangoScript } from '../../packages/channels/testing/phone/mangoScript.ts';
import { startPhoneProvider } from '../../packages/channels/testing/phone/phoneProvider.ts';
import { survivesKills } from './channelKills.ts';

survivesKills('phone, mango', () => startPhoneProvider(mangoScript), { machinesTurn: 'opens' });
