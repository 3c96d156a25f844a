import * as z from 'zod';
import { UpstreamError } from '../shared/errors.ts';
import type { Stack } from './stack.ts';

const replySchema = z.looseObject({
  ok: z.boolean(),
  code: z.string().optional(),
  message: z.string().optional(),
});

/** An admin's command that must succeed. */
export const command = async (
  stack: Stack,
  name: string,
  event: object,
): Promise<z.output<typeof replySchema>> => {
  const reply = replySchema.parse(await stack.invoke(name, event));
  if (reply.ok) return reply;
  throw new UpstreamError('command_failed', `${name}: ${reply.code ?? ''} ${reply.message ?? ''}`);
};
