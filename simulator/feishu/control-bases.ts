import { Hono } from 'hono';
import { z } from 'zod';
import { baseActsOf, baseNamed, shareBase, tableNamed } from './bitable/acts.ts';
import { baseScreen, tableScreen } from './bitable/screens.ts';
import type { Tenant } from './tenant.ts';

const fieldsSchema = z.object({ fields: z.record(z.string(), z.unknown()) });
const roleSchema = z.object({ role: z.enum(['view', 'edit', 'full_access']) });
const MOST_ROWS = 2000;
const ROWS = 100;

/** 多维表格 of the control API: what the client shows, and what a person does there. */
export const baseControl = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.get('/bases', (c) => c.json(tenant.bases.all().map(baseScreen)));
  app.get('/bases/:base/tables/:table', (c) => {
    const table = tableNamed(baseNamed(tenant, c.req.param('base')), c.req.param('table'));
    const limit = Math.min(Number(c.req.query('limit') ?? ROWS) || ROWS, MOST_ROWS);
    return c.json(tableScreen(tenant, table, { viewId: c.req.query('view'), limit }));
  });
  app.put('/bases/:base/apps/:appId', async (c) => {
    const { role } = roleSchema.parse(await c.req.json());
    shareBase(tenant, c.req.param('base'), [c.req.param('appId'), role]);
    return c.json({ role });
  });
  const records = '/people/:unionId/bases/:base/tables/:table/records';
  app.post(records, async (c) => {
    const { unionId, base, table } = c.req.param();
    const { fields } = fieldsSchema.parse(await c.req.json());
    return c.json({ recordId: baseActsOf(tenant, unionId).addRecord(base, table, fields) });
  });
  app.patch(`${records}/:recordId`, async (c) => {
    const { unionId, base, table, recordId } = c.req.param();
    const { fields } = fieldsSchema.parse(await c.req.json());
    baseActsOf(tenant, unionId).editRecord(base, table, { recordId, fields });
    return c.json({ ok: true });
  });
  app.delete(`${records}/:recordId`, (c) => {
    const { unionId, base, table, recordId } = c.req.param();
    baseActsOf(tenant, unionId).deleteRecord(base, table, recordId);
    return c.json({ ok: true });
  });
  return app;
};
