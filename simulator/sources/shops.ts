import { realClock } from '../clock.ts';
import { type Senders, senders } from './senders.ts';
import { startWecomApi } from './wecom-api.ts';

export type Shops = Senders & { readonly close: () => Promise<void> };

/** Every system that tells of cases, as it stands beside the stack: its pushes go to the ingress, 微信客服 is pulled from. */
export const startShops = async (ingressUrl: string, wecomPort: number): Promise<Shops> => {
  const shops = senders({ url: ingressUrl, clock: realClock });
  const wecom = await startWecomApi(shops.kf, wecomPort);
  return {
    ...shops,
    close: async () => {
      shops.stop();
      await wecom.close();
    },
  };
};
