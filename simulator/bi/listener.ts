import type { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

export type Listener = {
  readonly port: number;
  /** Down: nobody listens and open connections break, as when the host is away. */
  readonly setDown: (down: boolean) => Promise<void>;
  /** Every statement takes at least this many milliseconds. */
  readonly setDelay: (ms: number) => void;
};

/** Every function worker of serverless-offline keeps a connection; the socket server's own default is one. */
const maxConnections = 100;
/** A client that dies inside a transaction would hold the one session forever. */
const idleInTransactionMs = 3000;
/** Message types 'Q' (simple query) and 'E' (execute) are the ones that run a statement. */
const runsStatement = (message: Uint8Array): boolean => message[0] === 0x51 || message[0] === 0x45;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const open = async (db: PGlite, port: number): Promise<PGLiteSocketServer> => {
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections });
  await server.start();
  return server;
};

const watch = (pg: PGlite): { readonly setDelay: (ms: number) => void } => {
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
  setInterval(() => {
    const idle = running === 0 && Date.now() - lastAt > idleInTransactionMs;
    if (idle && pg.isInTransaction()) void pg.exec('rollback');
  }, 500).unref();
  return {
    setDelay: (ms) => {
      delayMs = ms;
    },
  };
};

/** The real PostgreSQL wire protocol on 127.0.0.1; port 0 takes a free one. */
export const listen = async (pg: PGlite, wanted: number): Promise<Listener> => {
  const { setDelay } = watch(pg);
  let server: PGLiteSocketServer | undefined = await open(pg, wanted);
  const port = Number(server.getServerConn().split(':').at(-1));
  return {
    port,
    setDelay,
    setDown: async (down) => {
      if (down) await server?.stop();
      server = down ? undefined : (server ?? (await open(pg, port)));
    },
  };
};
