import { Hono } from 'hono';
import { z } from 'zod';
import type { Tenant } from '../feishu/tenant.ts';
import { type CrowdState, createPlayer } from './player.ts';

const settingSchema = z.strictObject({
  on: z.exactOptional(z.boolean()),
  speed: z.exactOptional(z.number().min(1).max(3600)),
  spared: z.exactOptional(z.array(z.string())),
});

const shown = ({ now, ...state }: CrowdState): object => ({ ...state, now: new Date(now).toISOString() });

/** 全员模拟: whether the company's people read and confirm by themselves, and how fast. */
export const crowdControl = (tenant: Tenant): Hono => {
  const app = new Hono();
  const player = createPlayer(tenant);
  app.get('/crowd', (c) => c.json(shown(player.state())));
  app.put('/crowd', async (c) => {
    const { on, speed, spared } = player.state();
    player.set({ on, speed, spared, ...settingSchema.parse(await c.req.json()) });
    return c.json(shown(player.state()));
  });
  return app;
};
