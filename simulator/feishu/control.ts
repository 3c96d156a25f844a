import { Hono } from 'hono';
import { z } from 'zod';
import { crowdControl } from '../crowd/control-crowd.ts';
import { actionInputSchema } from './action.ts';
import { actsOf } from './acts.ts';
import { baseControl } from './control-bases.ts';
import { docControl } from './control-docs.ts';
import { staffControl } from './control-staff.ts';
import { faultSchema } from './faults.ts';
import { NoSuchThing } from './no-such-thing.ts';
import { appScreen, oauthControl } from './oauth-client.ts';
import { Refusal } from './refusal.ts';
import { chatList, messageList, personScreen } from './screens.ts';
import { serverSentEvents } from './sse.ts';
import { switchesSchema } from './switches.ts';
import type { Tenant } from './tenant.ts';

const sinceOf = (value: string | undefined): number => Number(value ?? 0) || 0;
const boxed = (value: unknown): Record<string, unknown> => z.record(z.string(), z.unknown()).parse(value);

const saidSchema = z.object({
  text: z.string().min(1).max(5000),
  replyTo: z.optional(z.string()),
});

/** What a person writes, and sends as a picture (the body is its bytes); `replyTo` is a message id. */
const talk = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.post('/people/:unionId/chats/:chatId/messages', async (c) => {
    const { unionId, chatId } = c.req.param();
    const { text, replyTo } = saidSchema.parse(await c.req.json());
    const acts = actsOf(tenant, unionId);
    const message = replyTo === undefined ? acts.speak(chatId, text) : acts.reply(replyTo, text);
    return c.json({ messageId: message.id });
  });
  app.post('/people/:unionId/chats/:chatId/images', async (c) => {
    const { unionId, chatId } = c.req.param();
    const bytes = Buffer.from(await c.req.arrayBuffer());
    const replyTo = c.req.query('replyTo');
    const acts = actsOf(tenant, unionId);
    const message = replyTo === undefined ? acts.sendImage(chatId, bytes) : acts.reply(replyTo, bytes);
    return c.json({ messageId: message.id });
  });
  return app;
};

const people = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.get('/people', (c) => c.json(tenant.directory.people().map((person) => personScreen(tenant, person))));
  app.get('/people/:unionId/chats', (c) => {
    actsOf(tenant, c.req.param('unionId'));
    return c.json(chatList(tenant, c.req.param('unionId')));
  });
  app.get('/people/:unionId/chats/:chatId/messages', (c) => {
    const { unionId, chatId } = c.req.param();
    const chat = tenant.chats.chat(chatId);
    if (!chat?.members.has(unionId)) throw new NoSuchThing('the person is not in this chat');
    const limit = Math.min(Number(c.req.query('limit') ?? 50) || 50, 500);
    return c.json(messageList(tenant, { unionId, chat }, { limit, before: c.req.query('before') }));
  });
  app.post('/people/:unionId/chats/:chatId/read', (c) => {
    const { unionId, chatId } = c.req.param();
    return c.json({ read: actsOf(tenant, unionId).read(chatId) });
  });
  app.post('/people/:unionId/apps/:appId/open', (c) => {
    const { unionId, appId } = c.req.param();
    return c.json({ chatId: actsOf(tenant, unionId).open(appId).id });
  });
  app.post('/people/:unionId/apps/:appId/menu', async (c) => {
    const { unionId, appId } = c.req.param();
    const { eventKey } = z.object({ eventKey: z.string().min(1).max(30) }).parse(await c.req.json());
    actsOf(tenant, unionId).menu(appId, eventKey);
    return c.json({ ok: true });
  });
  app.post('/people/:unionId/messages/:messageId/action', async (c) => {
    const { unionId, messageId } = c.req.param();
    const action = actionInputSchema.parse(await c.req.json());
    return c.json(await actsOf(tenant, unionId).click(messageId, action));
  });
  return app;
};

const levers = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.get('/apps', (c) => c.json([...tenant.apps.values()].map((one) => appScreen(tenant, one))));
  app.get('/events', (c) => c.json(tenant.pushes.log.since(sinceOf(c.req.query('since')))));
  app.post('/events/:eventId/repeat', (c) =>
    c.json({ repeated: tenant.pushes.repeat(c.req.param('eventId')) }),
  );
  app.get('/calls', (c) => c.json(tenant.calls.since(sinceOf(c.req.query('since')))));
  app.get('/switches', (c) => c.json(tenant.switches()));
  app.put('/switches', async (c) => {
    const { success, data, error } = switchesSchema.partial().safeParse(await c.req.json());
    if (!success) throw error;
    // Keys that are absent keep their value; zod leaves none undefined.
    tenant.setSwitches(switchesSchema.parse({ ...tenant.switches(), ...data }));
    return c.json(tenant.switches());
  });
  app.get('/faults', (c) => c.json(tenant.faults.list()));
  app.put('/faults', async (c) => {
    tenant.faults.set(z.array(faultSchema).parse(await c.req.json()));
    return c.json(tenant.faults.list());
  });
  app.get('/images/:key', (c) => {
    const image = tenant.images.get(c.req.param('key'));
    if (!image) throw new NoSuchThing('no such image');
    return c.body(new Uint8Array(image.bytes).buffer, 200, { 'content-type': image.mediaType });
  });
  app.get('/quota', (c) => c.json({ used: tenant.quota.used(), limit: tenant.switches().monthlyQuota }));
  app.get('/clock', (c) => c.json({ now: new Date(tenant.clock.now()).toISOString() }));
  app.post('/clock/advance', async (c) => {
    const { ms } = z.object({ ms: z.number().nonnegative() }).parse(await c.req.json());
    const { clock } = tenant;
    if (!clock.advance) return c.json({ error: 'the clock is real' }, 409);
    await clock.advance(ms);
    return c.json({ now: new Date(clock.now()).toISOString() });
  });
  app.get('/stream', (c) => serverSentEvents(tenant.changes, c.req.query('person')));
  return app;
};

/** The simulator's own API below /sim: what a person does, what happened, what should go wrong. */
export const controlApp = (tenant: Tenant): Hono => {
  const app = new Hono();
  app.route('/', people(tenant));
  app.route('/', talk(tenant));
  app.route('/', levers(tenant));
  app.route('/', staffControl(tenant));
  app.route('/', crowdControl(tenant));
  app.route('/', baseControl(tenant));
  app.route('/', docControl(tenant));
  app.route('/', oauthControl(tenant));
  app.onError((error, c) => {
    if (error instanceof NoSuchThing) return c.json({ error: error.message }, 404);
    if (error instanceof Refusal) return c.json({ error: error.message, code: error.code }, 400);
    if (error instanceof z.ZodError)
      return c.json({ error: 'invalid input', issues: boxed({ issues: error.issues })['issues'] }, 400);
    if (error instanceof SyntaxError) return c.json({ error: 'the body is not JSON' }, 400);
    console.error(error);
    return c.json({ error: 'internal' }, 500);
  });
  return app;
};
