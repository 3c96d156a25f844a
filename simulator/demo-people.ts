import * as z from 'zod';

/** The people of the simulated tenant, as the demo plays them: through the same control API as the web client. */
export type Sim = {
  readonly url: string;
  /** Whose chats they are in; 直达 unless said otherwise. */
  readonly bot?: string;
};

const zhida = 'cli_a1zhida00000001';
/** 薄荷法讯. */
export const legalBot = 'cli_a1legal00000002';
const peopleSchema = z.array(z.object({ unionId: z.string(), name: z.string() }));
const chatsSchema = z.array(
  z.object({ chatId: z.string(), kind: z.enum(['p2p', 'group']), appId: z.string().optional() }),
);
const messagesSchema = z.array(
  z.object({ messageId: z.string(), msgType: z.string(), content: z.unknown() }),
);
const cardSchema = z.object({ config: z.object({ summary: z.object({ content: z.string() }) }) });

export const call = async <T extends z.ZodType>(
  url: string,
  schema: T,
  body?: object,
): Promise<z.output<T>> => {
  const init = body && {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  };
  return schema.parse(await (await fetch(url, init)).json());
};

export type DemoPerson = z.output<typeof peopleSchema>[number];

export const peopleOf = ({ url }: Sim): Promise<readonly DemoPerson[]> =>
  call(`${url}/sim/people`, peopleSchema);

export type BotCard = {
  readonly messageId: string;
  /** What the phone shows of it in its list. */
  readonly summary: string;
  readonly content: unknown;
};

export type BotChat = {
  readonly chatId: string | undefined;
  /** Oldest first. */
  readonly cards: readonly BotCard[];
};

/** The one-to-one chat with the bot. */
export const botChat = async ({ url, bot = zhida }: Sim, unionId: string): Promise<BotChat> => {
  const base = `${url}/sim/people/${unionId}/chats`;
  const chat = (await call(base, chatsSchema)).find(({ kind, appId }) => kind === 'p2p' && appId === bot);
  if (!chat) return { chatId: undefined, cards: [] };
  const messages = await call(`${base}/${chat.chatId}/messages?limit=500`, messagesSchema);
  const cards = messages
    .filter(({ msgType }) => msgType === 'interactive')
    .map(({ messageId, content }) => ({
      messageId,
      content,
      summary: cardSchema.parse(content).config.summary.content,
    }));
  return { chatId: chat.chatId, cards };
};

export const openChat = async (sim: Sim, unionId: string): Promise<void> => {
  const { chatId } = await botChat(sim, unionId);
  if (chatId) await call(`${sim.url}/sim/people/${unionId}/chats/${chatId}/read`, z.unknown(), {});
};

const openedSchema = z.object({ chatId: z.string() });

/** To the bot; who has never heard of it opens it first. */
export const write = async (sim: Sim, unionId: string, text: string): Promise<void> => {
  const known = (await botChat(sim, unionId)).chatId;
  const open = `${sim.url}/sim/people/${unionId}/apps/${sim.bot ?? zhida}/open`;
  const chatId = known ?? (await call(open, openedSchema, {})).chatId;
  await call(`${sim.url}/sim/people/${unionId}/chats/${chatId}/messages`, z.unknown(), { text });
};

export const tapMenu = async (
  { url, bot = zhida }: Sim,
  unionId: string,
  eventKey: string,
): Promise<void> => {
  await call(`${url}/sim/people/${unionId}/apps/${bot}/menu`, z.unknown(), { eventKey });
};

/** How many cards of the bot each person has. */
export const cardCounts = async (sim: Sim): Promise<ReadonlyMap<string, number>> => {
  const everybody = await peopleOf(sim);
  const counts = await Promise.all(
    everybody.map(
      async ({ name, unionId }) =>
        [`${name}/${unionId}`, (await botChat(sim, unionId)).cards.length] as const,
    ),
  );
  return new Map(counts);
};
