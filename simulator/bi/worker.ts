import { parentPort, workerData } from 'node:worker_threads';
import { type Database, openDatabase } from './database.ts';
import { type Listener, listen } from './listener.ts';
import { type BiAsk, type BiReply, requestSchema, startSchema } from './protocol.ts';

const answer = (reply: BiReply): void => {
  parentPort?.postMessage(reply);
};

const watermarkSql = (ask: Extract<BiAsk, { verb: 'setWatermark' }>): string => {
  const through = ask.completeThrough ? `'${ask.completeThrough}'` : 'complete_through';
  const asOf = ask.asOf ? `'${ask.asOf}'` : 'as_of';
  const where = ask.dataset ? ` where dataset = '${ask.dataset}'` : '';
  return `update watermarks set complete_through = ${through}, as_of = ${asOf}${where}`;
};

const act = async (ask: BiAsk, database: Database, listener: Listener): Promise<void> => {
  switch (ask.verb) {
    case 'load':
      return database.load(ask.today, ask.asOf);
    case 'setWatermark':
      return database.change(watermarkSql(ask));
    case 'dropSales':
      return database.change(`delete from order_lines where day >= '${ask.from}'`);
    case 'setDown':
      return listener.setDown(ask.down);
    case 'setDelay':
      listener.setDelay(ask.ms);
      return undefined;
    case 'close':
      await listener.close();
      return database.pg.close();
  }
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const serve = async (): Promise<void> => {
  const { port, today, asOf } = startSchema.parse(workerData);
  const database = await openDatabase();
  await database.load(today, asOf);
  const listener = await listen(database.pg, port);
  parentPort?.on('message', (raw: unknown) => {
    const { id, ask } = requestSchema.parse(raw);
    act(ask, database, listener).then(
      () => {
        answer({ id });
      },
      (error: unknown) => {
        answer({ id, error: textOf(error) });
      },
    );
  });
  answer({ id: 0, port: listener.port });
};

serve().catch((error: unknown) => {
  answer({ id: 0, error: textOf(error) });
});
