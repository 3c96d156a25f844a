import { connect } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

export type Listener = {
  readonly port: number;
  /** Down: nobody listens and open connections break, as when the host is away. */
  readonly setDown: (down: boolean) => Promise<void>;
  /** Every statement takes at least this many milliseconds. */
  readonly setDelay: (ms: number) => void;
  /** Before the database is closed: nobody may look into it any more. */
  readonly close: () => Promise<void>;
};

/** Every function worker of serverless-offline keeps a connection; the socket server's own default is one. */
const maxConnections = 100;
/**
 * Connections share one session, so inside a transaction only its own client is served. A client that dies while its
 * BEGIN is on the way would therefore hold everybody; PostgreSQL calls the cure idle_in_transaction_session_timeout.
 */
const idleInTransactionMs = 1000;
/** Message types 'Q' (simple query) and 'E' (execute) are the ones that run a statement. */
const runsStatement = (message: Uint8Array): boolean => message[0] === 0x51 || message[0] === 0x45;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const open = async (db: PGlite, port: number): Promise<PGLiteSocketServer> => {
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections });
  await server.start();
  return server;
};

/** Counts messages under way, and makes statements as slow as a test wants them. */
const meter = (pg: PGlite): { readonly idleMs: () => number; readonly setDelay: (ms: number) => void } => {
  const send = pg.execProtocolRawStream.bind(pg);
  let delayMs = 0;
  let running = 0;
  let lastAt = Date.now();
  Object.assign(pg, {
    execProtocolRawStream: async (...[message, options]: Parameters<PGlite['execProtocolRawStream']>) => {
      running += 1;
      try {
        if (delayMs > 0 && runsStatement(message)) await wait(delayMs);
        await send(message, options);
      } finally {
        running -= 1;
        lastAt = Date.now();
      }
    },
  });
  return {
    idleMs: () => (running > 0 ? 0 : Date.now() - lastAt),
    setDelay: (ms) => {
      delayMs = ms;
    },
  };
};

/** The socket server looks at its queue only when a message arrives: say hello, as a client would, and leave. */
const wakeQueue = (port: number): void => {
  const parameters = 'user\0bi_reader\0\0';
  const hello = Buffer.alloc(8 + parameters.length);
  hello.writeInt32BE(hello.length, 0);
  hello.writeInt32BE(196_608, 4);
  hello.write(parameters, 8);
  const socket = connect(port, '127.0.0.1', () => socket.write(hello));
  socket.on('error', () => undefined);
  socket.once('data', () => socket.destroy());
};

/** The real PostgreSQL wire protocol on 127.0.0.1; port 0 takes a free one. */
export const listen = async (pg: PGlite, wanted: number): Promise<Listener> => {
  const { idleMs, setDelay } = meter(pg);
  let server: PGLiteSocketServer | undefined = await open(pg, wanted);
  const port = Number(server.getServerConn().split(':').at(-1));
  const endAbandoned = async (): Promise<void> => {
    if (!pg.isInTransaction() || idleMs() < idleInTransactionMs) return;
    await pg.exec('rollback');
    wakeQueue(port);
  };
  const watch = setInterval(() => void endAbandoned(), 250).unref();
  return {
    port,
    setDelay,
    close: async () => {
      clearInterval(watch);
      await server?.stop();
    },
    setDown: async (down) => {
      if (down) await server?.stop();
      server = down ? undefined : (server ?? (await open(pg, port)));
    },
  };
};
