import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Person } from '../company.ts';
import type { AppRegistration } from './apps.ts';
import { checkCard, schemaOf } from './card.ts';
import type { Message } from './chats.ts';
import { idsOf } from './directory.ts';
import { seal } from './envelope.ts';
import { showCard } from './message-change.ts';
import type { Posted } from './post.ts';
import { Refusal } from './refusal.ts';
import type { Tenant } from './tenant.ts';

export const actionInputSchema = z.object({
  value: z.optional(z.union([z.record(z.string(), z.unknown()), z.string()])),
  tag: z._default(z.string(), 'button'),
  name: z.optional(z.string()),
  formValue: z.optional(z.record(z.string(), z.unknown())),
  inputValue: z.optional(z.string()),
  option: z.optional(z.string()),
  options: z.optional(z.array(z.string())),
  checked: z.optional(z.boolean()),
});
export type ActionInput = z.input<typeof actionInputSchema>;

/** What the person sees: a toast, a changed card, or the client's error code. */
export type ActionAnswer = {
  readonly ok: boolean;
  readonly toast?: { readonly type: string; readonly content: string };
  readonly cardUpdated: boolean;
  readonly errorCode?: number;
};

const answerSchema = z.looseObject({
  toast: z.optional(
    z.looseObject({ type: z._default(z.string(), 'info'), content: z._default(z.string(), '') }),
  ),
  card: z.optional(
    z.looseObject({
      type: z.enum(['raw', 'template']),
      data: z.looseObject({ schema: z.optional(z.string()) }),
    }),
  ),
});

type Actor = { readonly tenant: Tenant; readonly person: Person };
const failed = (errorCode: number): ActionAnswer => ({ ok: false, cardUpdated: false, errorCode });

/** The request of open.feishu.cn/document/feishu-cards/card-callback-communication; its create_time is in microseconds. */
const payloadOf = ({ tenant, person }: Actor, app: AppRegistration, { message, input }: Clicked): object => {
  const action = actionInputSchema.parse(input);
  const token = tenant.cardTokens.issue(message.id);
  return {
    schema: '2.0',
    header: {
      event_id: randomUUID().replaceAll('-', ''),
      token: app.verificationToken,
      create_time: `${tenant.clock.now()}000`,
      event_type: 'card.action.trigger',
      tenant_key: tenant.company.tenantKey,
      app_id: app.appId,
    },
    event: {
      operator: { tenant_key: tenant.company.tenantKey, ...idsOf(app, person) },
      token,
      action: {
        value: action.value,
        tag: action.tag,
        timezone: 'Asia/Shanghai',
        name: action.name,
        form_value: action.formValue,
        input_value: action.inputValue,
        option: action.option,
        options: action.options,
        checked: action.checked,
      },
      host: 'im_message',
      context: { open_message_id: message.id, open_chat_id: message.chatId },
    },
  };
};

type Clicked = { readonly message: Message; readonly input: ActionInput };

const senderApp = (tenant: Tenant, { sender }: Message): AppRegistration | undefined =>
  sender.kind === 'app' ? tenant.apps.get(sender.appId) : undefined;

const parseAnswer = (text: string): z.infer<typeof answerSchema> | undefined => {
  try {
    return answerSchema.parse(text.trim() === '' ? {} : JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** 200830 a 2.0 card may not go back to 1.0; 200673 anything wrong with the card. */
const replaceCard = (
  tenant: Tenant,
  message: Message,
  data: { readonly schema?: string | undefined },
): number | undefined => {
  const app = senderApp(tenant, message);
  if (schemaOf(message.content) === '2.0' && data.schema !== '2.0') return 200830;
  if (!app || tenant.switches().callbackCard === 'refuse') return 200673;
  try {
    checkCard(data, { tenant, app });
  } catch (error) {
    if (error instanceof Refusal) return 200673;
    throw error;
  }
  showCard({ tenant }, message, JSON.stringify(data));
  return undefined;
};

const take = (tenant: Tenant, message: Message, { status, text }: Posted): ActionAnswer => {
  if (status !== 200) return failed(200671);
  const answer = parseAnswer(text);
  if (!answer) return failed(200672);
  const errorCode = answer.card ? replaceCard(tenant, message, answer.card.data) : undefined;
  if (errorCode !== undefined) return failed(errorCode);
  const { toast } = answer;
  return {
    ok: true,
    cardUpdated: answer.card !== undefined,
    ...(toast ? { toast: { type: toast.type, content: toast.content } } : {}),
  };
};

const addressOf = (app: AppRegistration | undefined): string | undefined => app?.callbackUrl ?? app?.eventUrl;

/** A click: asked once, answered within 3 s or not at all. */
export const act = async (actor: Actor, message: Message, input: ActionInput): Promise<ActionAnswer> => {
  const { tenant } = actor;
  const app = senderApp(tenant, message);
  const url = addressOf(app);
  if (!app || url === undefined) return failed(200340);
  const request = seal(payloadOf(actor, app, { message, input }), app.encryptKey, tenant.clock.now());
  try {
    const posted = await tenant.post(url, request, tenant.switches().pushTimeoutMs);
    return take(tenant, message, posted);
  } catch (error) {
    return failed(error instanceof Error && error.name === 'TimeoutError' ? 200341 : 200342);
  } finally {
    tenant.cardTokens.unlock(message.id);
  }
};
