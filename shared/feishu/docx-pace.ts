import type { FeishuClient, FeishuRequest } from './client.ts';
import { type Patience, patientClient } from './patience.ts';

// A third (fifth) of a second and what clocks differ by: no second, however it is counted, sees a fourth (sixth) call.
const WRITE_MS = 350;
const READ_MS = 210;

const gapOf = ({
  method,
  path,
}: FeishuRequest): { readonly key: string; readonly ms: number } | undefined => {
  if (path.startsWith('/open-apis/drive/v1/medias/')) return { key: 'media', ms: READ_MS };
  if (!path.startsWith('/open-apis/docx/v1/')) return undefined;
  return method === 'GET' ? { key: 'read', ms: READ_MS } : { key: 'write', ms: WRITE_MS };
};

/**
 * A client that keeps to what documents bear by itself: 3 writes, 5 reads and 5 uploads a second
 * (open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document-block-descendant/create). Others
 * who use the same app at the same time are met as 99991400 or 429.
 */
export const pacedClient = (
  client: FeishuClient,
  { sleep, now }: Pick<Patience, 'sleep' | 'now'>,
): FeishuClient => {
  const freeAt = new Map<string, number>();
  return {
    appId: client.appId,
    call: async (request, schema) => {
      const gap = gapOf(request);
      if (gap) {
        const at = Math.max(now(), freeAt.get(gap.key) ?? 0);
        freeAt.set(gap.key, at + gap.ms);
        if (at > now()) await sleep(at - now());
      }
      return client.call(request, schema);
    },
  };
};

/** Paced, and patient with whoever else uses the app: for reads, and for writes that carry a client_token. */
export const steadyClient = (client: FeishuClient, patience: Patience): FeishuClient =>
  patientClient(pacedClient(client, patience), patience);
