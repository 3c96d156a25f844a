import * as z from 'zod';
import type { CloudFunction, Handler } from './cloud.ts';

const moduleSchema = z.object({ handler: z.custom<Handler>((value) => typeof value === 'function') });

let containers = 0;

/** A deployed handler with its own wiring; each container loads it anew, as a cold start does. */
const deployed = (name: string): CloudFunction => ({
  name,
  open: async () => {
    containers += 1;
    const loaded: unknown = await import(`../../functions/${name}/handler.ts?container=${containers}`);
    return moduleSchema.parse(loaded).handler;
  },
});

export const deliver = deployed('deliver');
