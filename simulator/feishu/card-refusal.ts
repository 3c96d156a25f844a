import { Refusal } from './refusal.ts';

/** 230099 wraps the card's own error: open.feishu.cn/document/server-docs/im-v1/message/create, 230099 子错误码. */
export const cardRefusal = (subCode: number, detail: string): Refusal =>
  new Refusal(230099, `Failed to create card content, ext=ErrCode: ${subCode}; ${detail}; `);

/** 200621: what the parser can't accept, with the way to it as Feishu writes it. */
export const parseRefusal = (path: string, problem: string): Refusal =>
  cardRefusal(
    200621,
    `ErrPath: ${path}; ErrMsg: parse card json err, please check whether the card json is correct; ErrorValue: ${problem}`,
  );
