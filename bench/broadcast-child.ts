import { spawn } from 'node:child_process';
import { join } from 'node:path';

type Child = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Options of node itself. */
  readonly node?: readonly string[];
};

/** A process of its own: the time of the whole process is simulated, and its memory is nobody else's. Answers its last line. */
export const runChild = async ({ file, args, env = process.env, node = [] }: Child): Promise<unknown> => {
  const child = spawn(process.execPath, [...node, join(import.meta.dirname, file), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${String(code)}`);
  return JSON.parse(said.trim().split('\n').at(-1) ?? '');
};
