import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UpstreamError } from '../shared/errors.ts';

const serverlessBin = (): string => {
  const require = createRequire(import.meta.url);
  return join(require.resolve('serverless/package.json'), '..', 'bin', 'serverless.js');
};

const lines = (child: ChildProcess, onLine: (line: string) => void): void => {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = `${rest}${text}`.split('\n');
      rest = parts.pop() ?? '';
      parts.forEach(onLine);
    });
  }
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** serverless-offline ends on SIGINT; what hangs for four seconds is killed. */
export const stopFunctions = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await Promise.race([exited, wait(4_000)]);
  if (!hasEnded(child)) child.kill('SIGKILL');
  await exited;
};

const startupLimitMs = 90_000;

/** Starts `serverless offline` and waits until it has said that it is ready. */
export const startFunctions = async (
  env: NodeJS.ProcessEnv,
  onOutput: (line: string) => void,
): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [serverlessBin(), 'offline', '--stage', 'local'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const ready = new Promise<boolean>((resolve) => {
    lines(child, (line) => {
      said.push(line);
      onOutput(line);
      if (line.includes('Server ready')) resolve(true);
    });
    child.once('exit', () => {
      resolve(false);
    });
  });
  if (await Promise.race([ready, wait(startupLimitMs, false, { ref: false })])) return child;
  await stopFunctions(child);
  throw new UpstreamError('functions_not_started', said.slice(-15).join('\n'));
};
