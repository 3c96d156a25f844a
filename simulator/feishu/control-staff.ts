import { Hono } from 'hono';
import { z } from 'zod';
import { NoSuchThing } from './no-such-thing.ts';
import { personScreen } from './screens.ts';
import { staffOf } from './staff.ts';
import type { Tenant } from './tenant.ts';
import { verifyUrl } from './url-check.ts';

const hireSchema = z.object({ name: z.string().min(1), jobTitle: z.string(), department: z.string() });
const changeSchema = z.object({
  jobTitle: z.exactOptional(z.string()),
  department: z.exactOptional(z.string()),
});

/** What the company's administrator and the developer console can do. */
export const staffControl = (tenant: Tenant): Hono => {
  const app = new Hono();
  const staff = staffOf(tenant);
  app.post('/people', async (c) =>
    c.json(personScreen(tenant, staff.hire(hireSchema.parse(await c.req.json())))),
  );
  app.patch('/people/:unionId', async (c) => {
    const change = changeSchema.parse(await c.req.json());
    return c.json(personScreen(tenant, staff.change(c.req.param('unionId'), change)));
  });
  app.post('/people/:unionId/resign', (c) =>
    c.json(personScreen(tenant, staff.resign(c.req.param('unionId')))),
  );
  app.put('/people/:unionId/apps/:appId/mute', async (c) => {
    const { muted } = z.object({ muted: z.boolean() }).parse(await c.req.json());
    staff.mute(c.req.param('unionId'), c.req.param('appId'), muted);
    return c.json({ muted });
  });
  app.post('/chats/:chatId/bots', async (c) => {
    const { appId } = z.object({ appId: z.string() }).parse(await c.req.json());
    staff.addBot(c.req.param('chatId'), appId);
    return c.json({ ok: true });
  });
  app.post('/apps/:appId/verify-url', async (c) => {
    const registration = tenant.apps.get(c.req.param('appId'));
    if (!registration) throw new NoSuchThing('no such app');
    return c.json({ ok: await verifyUrl(tenant, registration) });
  });
  return app;
};
