import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePorts, type Ports } from '../../simulator/stack.ts';

export type Run = {
  readonly child: ChildProcess;
  readonly ports: Ports;
  /** Everything it printed so far. */
  readonly output: () => string;
  readonly waitFor: (text: string, ms: number) => Promise<void>;
  readonly ended: Promise<number | null>;
};

const portVariables = (ports: Ports) => ({
  ZHIDA_DYNAMODB_PORT: String(ports.dynamodb),
  ZHIDA_FEISHU_PORT: String(ports.feishu),
  ZHIDA_HTTP_PORT: String(ports.http),
  ZHIDA_LAMBDA_PORT: String(ports.lambda),
  ZHIDA_BI_PORT: String(ports.bi),
  ZHIDA_WECOM_PORT: String(ports.wecom),
});

/** Runs a script of ours the way npm does, on ports of its own. */
export const run = async (script: string, ports?: Ports): Promise<Run> => {
  const own = ports ?? (await freePorts());
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...portVariables(own) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const waitFor = async (wanted: string, ms: number): Promise<void> => {
    const deadline = Date.now() + ms;
    while (!text.includes(wanted)) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error(`never said ${wanted}:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { child, ports: own, output: () => text, waitFor, ended };
};
