import { Client, DatabaseError } from 'pg';
import { AppError, InvalidConfigError, UpstreamError } from '../errors.ts';
import { decodeValue } from './sql-values.ts';

export type Row = Readonly<Record<string, unknown>>;
export type Ask = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
export type SqlSession = {
  /** Runs `work` inside one read-only snapshot; transactions take turns on the container's one connection. */
  readonly transact: <T>(work: (ask: Ask) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};
export type SessionOptions = {
  readonly url: string;
  /** The server stops a statement after this long; we stop waiting `graceMs` later. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
};

const graceMs = 500;
/** Lambda freezes containers and firewalls forget quiet connections: an older one is not trusted. */
const maxIdleMs = 60_000;
const asText = { getTypeParser: () => (text: unknown) => text };

const toUpstream = (cause: unknown): AppError => {
  if (cause instanceof AppError) return cause;
  const sqlState = cause instanceof DatabaseError ? (cause.code ?? '') : undefined;
  const details = { sqlState };
  if (sqlState === '57014')
    return new UpstreamError('source_timeout', 'the statement took too long', { details });
  // No SQLSTATE: the connection broke. Class 08 connection, 28 sign-in, 53 resources, 57P shutdown.
  if (sqlState === undefined || /^(08|28|53|57P)/.test(sqlState)) {
    return new UpstreamError('source_unavailable', 'the source cannot be reached', { cause, details });
  }
  return new UpstreamError('source_query_failed', 'the source refused the query', { cause, details });
};

const newClient = ({ url, connectTimeoutMs }: SessionOptions): Client => {
  try {
    return new Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      application_name: 'zhida',
      keepAlive: true,
      types: asText,
    });
  } catch {
    // Without the cause: an invalid URL quotes itself, password included.
    throw new InvalidConfigError('invalid_config', 'the connection URL of the source is malformed');
  }
};

const askOn =
  (client: Client): Ask =>
  async (sql, values = []) => {
    const { rows, fields } = await client.query<Record<string, unknown>>({ text: sql, values: [...values] });
    return rows.map((row) =>
      Object.fromEntries(fields.map((field) => [field.name, decodeValue(field, row[field.name])])),
    );
  };

const discard = (client: Client): void => {
  // pg destroys the socket at once when a query is under way, and says goodbye otherwise.
  void client.end().catch(() => undefined);
};

/** Waits at most `ms`; a server that does not keep its own statement timeout must not hold a function. */
const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new UpstreamError('source_timeout', 'the source did not answer in time', { details: { ms } }));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

type Work<T> = (ask: Ask) => Promise<T>;

/** One transaction on this client; afterwards the client is still good or, after any error, gone. */
const transactOn = async <T>(client: Client, timeoutMs: number, work: Work<T>): Promise<T> => {
  const inside = async (): Promise<T> => {
    await client.query(`begin isolation level repeatable read read only;
      set local statement_timeout = ${Math.ceil(timeoutMs)}; set local timezone = 'UTC'; set local datestyle = 'ISO'`);
    const result = await work(askOn(client));
    await client.query('commit');
    return result;
  };
  try {
    return await within(timeoutMs + graceMs, inside());
  } catch (error) {
    discard(client);
    throw toUpstream(error);
  }
};

type Kept = { readonly client: Client; readonly usedAt: number };

const isTrusted = ({ usedAt }: Kept): boolean => Date.now() - usedAt <= maxIdleMs;

const connect = async (options: SessionOptions, onBroken: (client: Client) => void): Promise<Client> => {
  const client = newClient(options);
  // Raised when an idle connection breaks; without a listener it would end the process.
  client.on('error', () => {
    onBroken(client);
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw toUpstream(error);
  }
};

export const sqlSession = (options: SessionOptions): SqlSession => {
  let kept: Kept | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const take = (): Client | undefined => {
    const last = kept;
    kept = undefined;
    if (last === undefined || isTrusted(last)) return last?.client;
    discard(last.client);
    return undefined;
  };
  const fresh = (): Promise<Client> =>
    connect(options, (broken) => {
      if (kept?.client === broken) kept = undefined;
    });
  const runOn = async <T>(client: Client, work: Work<T>): Promise<T> => {
    const result = await transactOn(client, options.timeoutMs, work);
    kept = { client, usedAt: Date.now() };
    return result;
  };
  const run = async <T>(work: Work<T>): Promise<T> => {
    const reused = take();
    if (reused === undefined) return runOn(await fresh(), work);
    try {
      return await runOn(reused, work);
    } catch (error) {
      // The server closed the kept connection while we slept; reading again is harmless.
      if (error instanceof AppError && error.code === 'source_unavailable') return runOn(await fresh(), work);
      throw error;
    }
  };
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = turn.then(task);
    turn = mine.catch(() => undefined);
    return mine;
  };

  return {
    transact: (work) => inTurn(() => run(work)),
    close: () => inTurn(async () => take()?.end()),
  };
};
