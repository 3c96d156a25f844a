import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { InvalidConfigError, UpstreamError } from '../shared/errors.ts';

export type LocalDynamoDb = {
  readonly endpoint: string;
  /** Ends the process and waits for it; all data is gone, it lived in memory. */
  readonly close: () => Promise<void>;
  /** The same without a chance to answer what is in flight, as in a crash. */
  readonly kill: () => Promise<void>;
};

// A shell stands between us and the engine because only a pipe tells it that we were killed with SIGKILL: the pipe
// ends, `read` returns, the engine dies. It prints the engine's process id.
const supervisor = `exec 3<&0
"$0" serve --host 127.0.0.1 --port "$1" </dev/null 3<&- & engine=$!
echo $engine
( read -r _ <&3; kill -9 $engine ) 2>/dev/null & watch=$!
wait $engine; code=$?
kill $watch 2>/dev/null
exit $code`;

const findBinary = (): string => {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'dynoxide');
  } catch (cause) {
    throw new InvalidConfigError(
      'no_local_dynamodb',
      `${name} is not installed: run npm ci without --omit=optional, or name another engine in AWS_ENDPOINT_URL_DYNAMODB`,
      { cause },
    );
  }
};

/** Resolves to the port when it is free (0 chooses one); throws `port_taken`. */
const reservePort = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => {
      const message = `port ${port} of the local DynamoDB is taken: stop what uses it or set ZHIDA_DYNAMODB_PORT`;
      reject(new InvalidConfigError('port_taken', message, { cause }));
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  });

type Engine = { readonly supervisor: ChildProcess; readonly pid: number; readonly exited: Promise<void> };

const launch = (binary: string, port: number): Promise<Engine> =>
  new Promise((resolve, reject) => {
    // Its own session, so that Ctrl-C reaches us first and the functions can still finish their writes.
    const child = spawn('/bin/sh', ['-c', supervisor, binary, String(port)], { detached: true });
    const exited = new Promise<void>((done) => {
      child.once('exit', () => {
        done();
      });
    });
    let pid = 0;
    let said = '';
    const listen = (chunk: Buffer): void => {
      said = `${said}${chunk.toString()}`.slice(-2000);
      if (pid > 0 && said.includes('listening on')) resolve({ supervisor: child, pid, exited });
    };
    child.stdout.once('data', (chunk: Buffer) => {
      pid = Number(chunk.toString());
      listen(Buffer.from(''));
    });
    child.stderr.on('data', listen);
    child.once('error', reject);
    void exited.then(() => {
      reject(new UpstreamError('local_dynamodb_failed', `the local DynamoDB did not start: ${said.trim()}`));
    });
  });

/** A process that forgets to close its database may still end; the database then ends with it. */
const release = (child: ChildProcess): void => {
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
};

const stop = (engine: Engine, signal: NodeJS.Signals) => async (): Promise<void> => {
  engine.supervisor.ref();
  if (engine.supervisor.exitCode === null) process.kill(engine.pid, signal);
  await engine.exited;
};

/**
 * Starts a fresh in-memory DynamoDB on `port`, or on a free one. When AWS_ENDPOINT_URL_DYNAMODB names an engine, that
 * one is used and nothing is started or ended. Throws `port_taken`, `no_local_dynamodb`, `local_dynamodb_failed`.
 */
export const startDynamoDb = async (
  options: { readonly port?: number } = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<LocalDynamoDb> => {
  const other = env['AWS_ENDPOINT_URL_DYNAMODB'];
  if (other) return { endpoint: other, close: () => Promise.resolve(), kill: () => Promise.resolve() };
  const binary = findBinary();
  const port = await reservePort(options.port ?? 0);
  const engine = await launch(binary, port);
  release(engine.supervisor);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: stop(engine, 'SIGTERM'),
    kill: stop(engine, 'SIGKILL'),
  };
};
