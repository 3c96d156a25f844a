import { Worker } from 'node:worker_threads';
import { shanghaiDay } from './days.ts';
import { type BiAsk, type BiReply, replySchema } from './protocol.ts';

export type BiOptions = {
  /** 0 or nothing: a free one. */
  readonly port?: number;
  /** 'YYYY-MM-DD' in Asia/Shanghai; the last day with orders is the day before. Default: the day of `now`. */
  readonly today?: string;
  readonly now?: Date;
};

type Ask<Verb extends BiAsk['verb']> = Omit<Extract<BiAsk, { verb: Verb }>, 'verb'>;

export type Bi = {
  /** Of the user who may only read. */
  readonly url: string;
  /** The last day that has orders. */
  readonly lastDay: string;
  /** Loads the rows as they stand in the early morning of another day. */
  readonly load: (today: string, now?: Date) => Promise<void>;
  /** One dataset or all; what is not given stays. */
  readonly setWatermark: (mark: Ask<'setWatermark'>) => Promise<void>;
  /** Deletes the order lines from that day on, as if a load had brought none. */
  readonly dropSales: (from: string) => Promise<void>;
  readonly setDown: (down: boolean) => Promise<void>;
  /** Every statement takes at least so many milliseconds. */
  readonly setDelay: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The nightly load ends at 06:10; before that, what there is was loaded just now. */
const loadedAt = (today: string, now: Date): string => {
  const usual = Date.parse(`${today}T06:10:00+08:00`);
  return new Date(Math.min(usual, now.getTime())).toISOString();
};

const dayBefore = (today: string): string =>
  new Date(Date.parse(`${today}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

const talk = (
  worker: Worker,
): { readonly ready: Promise<number>; readonly ask: (ask: BiAsk) => Promise<void> } => {
  const waiting = new Map<number, PromiseWithResolvers<BiReply>>();
  const expectReply = (id: number): Promise<BiReply> => {
    const pending = Promise.withResolvers<BiReply>();
    waiting.set(id, pending);
    return pending.promise;
  };
  const fail = (error: Error): void => {
    for (const pending of waiting.values()) pending.reject(error);
    waiting.clear();
  };
  worker.on('message', (raw: unknown) => {
    const reply = replySchema.parse(raw);
    const pending = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error === undefined) pending?.resolve(reply);
    else pending?.reject(new Error(`BI database: ${reply.error}`));
  });
  worker.on('error', (error) => {
    fail(error instanceof Error ? error : new Error(String(error)));
  });
  worker.on('exit', () => {
    fail(new Error('BI database: the worker has ended'));
  });
  let lastId = 0;
  return {
    ready: expectReply(0).then(({ port }) => port ?? 0),
    ask: async (ask) => {
      lastId += 1;
      const reply = expectReply(lastId);
      worker.postMessage({ id: lastId, ask });
      await reply;
    },
  };
};

/** The company's own BI: PostgreSQL (PGlite) in a thread of its own, so that a slow query stops nobody else. */
export const startBi = async ({ port = 0, now = new Date(), today }: BiOptions = {}): Promise<Bi> => {
  const day = today ?? shanghaiDay(now);
  const asOf = loadedAt(day, today === undefined ? now : new Date(`${day}T23:59:59+08:00`));
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: { port, today: day, asOf },
  });
  const { ready, ask } = talk(worker);
  const listening = await ready.catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  return {
    url: `postgres://bi_reader:bi_reader@127.0.0.1:${listening}/bi`,
    lastDay: dayBefore(day),
    load: (other, at = new Date(`${other}T23:59:59+08:00`)) =>
      ask({ verb: 'load', today: other, asOf: loadedAt(other, at) }),
    setWatermark: (mark) => ask({ verb: 'setWatermark', ...mark }),
    dropSales: (from) => ask({ verb: 'dropSales', from }),
    setDown: (down) => ask({ verb: 'setDown', down }),
    setDelay: (ms) => ask({ verb: 'setDelay', ms }),
    close: async () => {
      await ask({ verb: 'close' });
      await worker.terminate();
    },
  };
};
