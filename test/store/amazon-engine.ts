import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Amazon's own DynamoDB Local, a Java program: it comes from npm inside Amplify's simulator, whose JavaScript we don't
 * use (package.json replaces its command line, 100 MB, by an empty package).
 */
const folder = (): string =>
  join(
    dirname(createRequire(import.meta.url).resolve('amplify-dynamodb-simulator/package.json')),
    'emulator',
  );

export const hasJava = (): boolean => spawnSync('java', ['-version']).status === 0;

// The shell reads from a pipe that ends with us, however we end; then the engine dies too.
const supervisor = `"$0" "$@" </dev/null >/dev/null 2>&1 & engine=$!
read -r _
kill -9 $engine 2>/dev/null`;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const startupLimitMs = 25_000;

const untilReady = async (endpoint: string): Promise<void> => {
  const deadline = Date.now() + startupLimitMs;
  while (Date.now() < deadline) {
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer) return;
    await wait(50);
  }
  throw new Error(`DynamoDB Local did not answer at ${endpoint} within ${startupLimitMs / 1000} s`);
};

type Engine = { readonly endpoint: string; readonly close: () => Promise<void> };

/** A fresh one in memory, on a free port. */
export const startAmazonEngine = async (): Promise<Engine> => {
  const port = await freePort();
  const java = [
    '-Xmx384m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Djava.library.path=./DynamoDBLocal_lib',
  ];
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  const child = spawn(
    '/bin/sh',
    ['-c', supervisor, 'java', ...java, '-jar', 'DynamoDBLocal.jar', ...options],
    {
      cwd: folder(),
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  const exited = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  await untilReady(endpoint).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { endpoint, close };
};
