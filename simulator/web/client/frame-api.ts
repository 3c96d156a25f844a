import * as z from 'zod/mini';
import { of, request, sendJson } from './api.ts';

const sessionSchema = z.object({ unionId: z.nullable(z.string()) });

/**
 * Signs the person into this browser, whose pages then know them. Whoever was signed in before is signed out first, and
 * with them go the cookies of every page that they saw. False: it was them already.
 */
export const signInAs = async (unionId: string): Promise<boolean> => {
  if (sessionSchema.parse(await request('/sim/session')).unionId === unionId) return false;
  await request('/sim/session', { method: 'DELETE' });
  await sendJson('POST', '/sim/session', { unionId });
  return true;
};

const refusedSchema = z.object({ code: z.number(), text: z.string() });
const answerSchema = z.union([
  z.object({ code: z.string() }),
  z.object({ ask: z.array(z.string()) }),
  z.object({ refused: refusedSchema }),
]);
type CodeAnswer = z.infer<typeof answerSchema>;

type CodeAsked = {
  readonly appId: string;
  readonly api: string;
  readonly page: string;
  readonly scopes: readonly string[];
  readonly agreed?: boolean;
};

/** A code for a page inside the client, or the names of the scopes that the person must allow first, or why there is none. */
export const askCode = async (unionId: string, { appId, ...asked }: CodeAsked): Promise<CodeAnswer> =>
  answerSchema.parse(await sendJson('POST', `${of(unionId)}/apps/${encodeURIComponent(appId)}/code`, asked));
