import * as z from 'zod';
import type { CloudFunction } from './cloud.ts';

type LambdaHandler = (event: unknown, context?: object) => Promise<unknown>;
const moduleSchema = z.object({
  handler: z.custom<LambdaHandler>((value) => typeof value === 'function'),
});

let containers = 0;

/** A deployed handler with its own wiring; each container loads it anew, as a cold start does. */
export const loadHandler = async (name: string): Promise<LambdaHandler> => {
  containers += 1;
  const loaded: unknown = await import(`../../functions/${name}/handler.ts?container=${containers}`);
  return moduleSchema.parse(loaded).handler;
};

export const deliver: CloudFunction = { name: 'deliver', open: () => loadHandler('deliver') };
