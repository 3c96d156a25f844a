import * as z from 'zod';
import { UpstreamError } from '../shared/errors.ts';
import type { Stack } from './stack.ts';

const replySchema = z.looseObject({
  ok: z.boolean(),
  code: z.string().optional(),
  message: z.string().optional(),
});

export type Reply = z.output<typeof replySchema>;

export const ask = async (stack: Stack, name: string, event: object): Promise<Reply> =>
  replySchema.parse(await stack.invoke(name, event));

export const commandFailed = (name: string, { code, message }: Reply): UpstreamError =>
  new UpstreamError('command_failed', `${name}: ${code ?? ''} ${message ?? ''}`);

/** An admin's command that must succeed. */
export const command = async (stack: Stack, name: string, event: object): Promise<Reply> => {
  const reply = await ask(stack, name, event);
  if (reply.ok) return reply;
  throw commandFailed(name, reply);
};
