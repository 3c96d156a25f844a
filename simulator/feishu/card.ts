import { z } from 'zod';
import type { Call } from './endpoint.ts';
import { Refusal } from './refusal.ts';

/** 230099 wraps the card's own error: open.feishu.cn/document/server-docs/im-v1/message/create, 230099 子错误码. */
export const cardRefusal = (subCode: number, detail: string): Refusal =>
  new Refusal(230099, `Failed to create card content, ext=ErrCode: ${subCode}; ${detail}; `, {
    extra: { error: { log_id: 'simulated', sub_code: subCode } },
  });

const configSchema = z.looseObject({
  schema: z.optional(z.string()),
  config: z.optional(z.looseObject({ update_multi: z.optional(z.boolean()) })),
});

/** Whether updates of a card show to everyone: 2.0 is shared unless it says false, 1.0 only when it says true. */
/** `2.0`, `1.0` or, when a card doesn't say, 1.0. */
export const schemaOf = (content: string): string => configSchema.parse(JSON.parse(content)).schema ?? '1.0';

export const isShared = (content: string): boolean => {
  const card = configSchema.safeParse(JSON.parse(content));
  if (!card.success) return false;
  return card.data.config?.update_multi ?? card.data.schema === '2.0';
};

export const checkCard = (value: unknown, _call: Pick<Call, 'tenant' | 'app'>): void => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw cardRefusal(200621, 'ErrMsg: parse card json err, please check whether the card json is correct');
  }
};
