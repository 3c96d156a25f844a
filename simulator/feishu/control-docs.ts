import { Hono } from 'hono';
import { z } from 'zod';
import { docActsOf, docNamed, joinSpace, shareDoc } from './docs/acts.ts';
import { docEntry, docScreen, viewerScreens } from './docs/screens.ts';
import { NoSuchThing } from './no-such-thing.ts';
import type { Tenant } from './tenant.ts';

const docRoleSchema = z.enum(['view', 'edit', 'full_access']);
/** Pictures come along in the text. */
const wordsSchema = z.object({ title: z.string().min(1).max(800), markdown: z.string().max(30_000_000) });
const writtenSchema = z.object({
  ...wordsSchema.shape,
  isOpen: z.optional(z.boolean()),
  apps: z.optional(z.record(z.string(), docRoleSchema)),
  spaceId: z.optional(z.string()),
});
const spaceSchema = z.object({
  name: z.string().min(1),
  description: z._default(z.string(), ''),
  isPublic: z._default(z.boolean(), true),
});

const spaceControl = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.get('/spaces', (c) =>
    c.json(
      tenant.spaces.all().map(({ id, name, apps, nodes }) => ({
        spaceId: id,
        name,
        apps: Object.fromEntries(apps),
        nodes: [...nodes.values()].map(({ token, objToken, parent }) => ({ token, objToken, parent })),
      })),
    ),
  );
  app.post('/spaces', async (c) =>
    c.json({ spaceId: tenant.spaces.create(spaceSchema.parse(await c.req.json())).id }),
  );
  app.put('/spaces/:spaceId/apps/:appId', async (c) => {
    const { role } = z.object({ role: z.enum(['admin', 'member']) }).parse(await c.req.json());
    joinSpace(tenant, c.req.param('spaceId'), [c.req.param('appId'), role]);
    return c.json({ role });
  });
  return app;
};

/** 云文档 and 知识库 of the control API: what people write and open. A token is a docx or a wiki page. */
export const docControl = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.get('/documents', (c) => c.json(tenant.documents.all().map((doc) => docEntry(tenant, doc))));
  app.get('/documents/:token/views', (c) =>
    c.json(viewerScreens(tenant, docNamed(tenant, c.req.param('token')))),
  );
  app.put('/documents/:token/apps/:appId', async (c) => {
    const { role } = z.object({ role: docRoleSchema }).parse(await c.req.json());
    shareDoc(tenant, c.req.param('token'), [c.req.param('appId'), role]);
    return c.json({ role });
  });
  app.post('/people/:unionId/documents', async (c) => {
    const written = writtenSchema.parse(await c.req.json());
    return c.json(docEntry(tenant, docActsOf(tenant, c.req.param('unionId')).write(written)));
  });
  app.get('/people/:unionId/documents/:token', (c) => {
    const { unionId, token } = c.req.param();
    return c.json(docScreen(tenant, docActsOf(tenant, unionId).peek(token), unionId));
  });
  app.put('/people/:unionId/documents/:token', async (c) => {
    const { unionId, token } = c.req.param();
    const words = wordsSchema.parse(await c.req.json());
    return c.json(docEntry(tenant, docActsOf(tenant, unionId).rewrite(token, words)));
  });
  app.post('/people/:unionId/documents/:token/open', (c) => {
    const { unionId, token } = c.req.param();
    return c.json({ documentId: docActsOf(tenant, unionId).open(token).token });
  });
  app.get('/medias/:token', (c) => {
    const media = tenant.medias.get(c.req.param('token'));
    if (!media) throw new NoSuchThing('no such file');
    return c.body(new Uint8Array(media.bytes).buffer, 200, { 'content-type': media.mediaType });
  });
  app.route('/', spaceControl(tenant));
  return app;
};
