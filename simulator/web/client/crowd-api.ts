import * as z from 'zod/mini';
import { request, sendJson } from './api.ts';

const crowdSchema = z.object({
  on: z.boolean(),
  speed: z.number(),
  /** Later than the clock on the wall when the crowd lives faster. */
  now: z.string(),
  counts: z.object({ looked: z.number(), opened: z.number(), confirmed: z.number() }),
});
export type CrowdView = z.infer<typeof crowdSchema>;

export type CrowdSetting = Pick<CrowdView, 'on' | 'speed'> & { readonly spared: readonly string[] };

export const getCrowd = async (): Promise<CrowdView> => crowdSchema.parse(await request('/sim/crowd'));

export const putCrowd = async (setting: CrowdSetting): Promise<CrowdView> =>
  crowdSchema.parse(await sendJson('PUT', '/sim/crowd', setting));
