import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { UpstreamError } from '../shared/errors.ts';
import { type Bi, startBi } from './bi/start.ts';
import { type LocalDynamoDb, startDynamoDb } from './dynamodb.ts';
import { localApps } from './feishu/apps.ts';
import { type FeishuSimulator, startFeishu } from './feishu/server.ts';
import { startFunctions, stopFunctions } from './offline.ts';
import { type Shops, startShops } from './sources/shops.ts';
import { webClient } from './web/serve.ts';
import { seedWiki } from './wiki.ts';

export type Ports = {
  readonly dynamodb: number;
  readonly feishu: number;
  readonly http: number;
  readonly lambda: number;
  readonly bi: number;
  /** 微信客服, whose messages are pulled. */
  readonly wecom: number;
};

const portOf = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

/** Where `npm start` listens, and where the stage `local` looks. */
export const localPorts = (): Ports => ({
  dynamodb: portOf('ZHIDA_DYNAMODB_PORT', 4510),
  feishu: portOf('ZHIDA_FEISHU_PORT', 4500),
  http: portOf('ZHIDA_HTTP_PORT', 4520),
  lambda: portOf('ZHIDA_LAMBDA_PORT', 4521),
  bi: portOf('ZHIDA_BI_PORT', 4532),
  wecom: portOf('ZHIDA_WECOM_PORT', 4533),
});

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });

/** Six free ports: a demo or a test runs beside `npm start`. */
export const freePorts = async (): Promise<Ports> => {
  const [dynamodb = 0, feishu = 0, http = 0, lambda = 0, bi = 0, wecom = 0] = await Promise.all(
    Array.from({ length: 6 }, freePort),
  );
  return { dynamodb, feishu, http, lambda, bi, wecom };
};

export type Stack = {
  readonly feishu: FeishuSimulator;
  readonly bi: Bi;
  readonly dynamodb: LocalDynamoDb;
  /** The shops and service systems; they send when they are told to. */
  readonly shops: Shops;
  readonly httpUrl: string;
  /** Invokes a function of the service as the CLI does and returns its answer. */
  readonly invoke: (name: string, event: object) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

export type StackOptions = {
  readonly ports: Ports;
  readonly say: (line: string) => void;
  /** Lines that the functions and the framework print. */
  readonly onOutput?: (line: string) => void;
};

type Local = { readonly ports: Ports; readonly bi: Bi; readonly build: string };

const home = join(import.meta.dirname, '..');

/** Inside the checkout, because what isn't bundled is looked up in its node_modules. */
const newBuildFolder = (): string => {
  mkdirSync(join(home, '.zhida'), { recursive: true });
  return relative(home, mkdtempSync(join(home, '.zhida', 'functions-')));
};

const environment = ({ ports, bi, build }: Local): NodeJS.ProcessEnv => ({
  ...process.env,
  ZHIDA_STAGE: 'local',
  ZHIDA_HTTP_PORT: String(ports.http),
  ZHIDA_LAMBDA_PORT: String(ports.lambda),
  ZHIDA_FEISHU_URL: `http://127.0.0.1:${ports.feishu}`,
  ZHIDA_BI_URL: bi.url,
  ZHIDA_WECOM_URL: `http://127.0.0.1:${ports.wecom}`,
  ZHIDA_BUILD_FOLDER: build,
  // More lanes than processors are only more functions to start.
  ZHIDA_STREAMS_LANES: String(Math.min(4, availableParallelism())),
  ZHIDA_STREAMS_DIRECTORY: mkdtempSync(join(tmpdir(), 'zhida-streams-')),
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${ports.dynamodb}`,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: 'ap-southeast-1',
  SLS_NOTIFICATIONS_MODE: 'off',
});

/** Nothing that is invoked here takes longer; a call that hangs must say which one it was. */
const invocationLimitMs = 90_000;

const invoker =
  (lambdaPort: number) =>
  async (name: string, event: object): Promise<unknown> => {
    const url = `http://127.0.0.1:${lambdaPort}/2015-03-31/functions/zhida-local-${name}/invocations`;
    const signal = AbortSignal.timeout(invocationLimitMs);
    const ask = async (): Promise<{ response: Response; answer: unknown }> => {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(event), signal });
      return { response, answer: await response.json() };
    };
    const { response, answer } = await ask().catch((cause: unknown) => {
      if (!signal.aborted) throw cause;
      const seconds = invocationLimitMs / 1_000;
      throw new UpstreamError('invocation_hangs', `${name} said nothing for ${seconds} s`, { cause });
    });
    if (response.ok) return answer;
    throw new UpstreamError('invocation_failed', `${name} answered ${response.status}`);
  };

const closing = (parts: readonly (() => Promise<unknown>)[]) => async (): Promise<void> => {
  for (const close of [...parts].reverse()) await close();
};

/** The whole of Zhida on this machine: DynamoDB, BI, Feishu with its web client, and every function. */
export const startStack = async ({
  ports,
  say,
  onOutput = () => undefined,
}: StackOptions): Promise<Stack> => {
  const parts: (() => Promise<unknown>)[] = [];
  try {
    say(`数据库 DynamoDB  启动中（端口 ${ports.dynamodb}）`);
    const dynamodb = await startDynamoDb({ port: ports.dynamodb }, {});
    parts.push(dynamodb.close);
    say(`业务库 BI        启动中（端口 ${ports.bi}），导入订单、库存、财务与人事数据`);
    const bi = await startBi({ port: ports.bi });
    parts.push(bi.close);
    say(`飞书模拟器       启动中（端口 ${ports.feishu}）`);
    const apps = localApps(`http://127.0.0.1:${ports.http}/feishu/events`);
    const feishu = await startFeishu({ port: ports.feishu, apps, web: await webClient() });
    parts.push(feishu.close);
    seedWiki(feishu.tenant);
    const httpUrl = `http://127.0.0.1:${ports.http}`;
    say(`店铺与客服系统   启动中（端口 ${ports.wecom}）：有赞、抖店、七鱼、微信客服、自有 App`);
    const shops = await startShops(httpUrl, ports.wecom);
    parts.push(shops.close);
    say(`云函数           启动中（serverless offline，端口 ${ports.http}），约 10 秒`);
    const build = newBuildFolder();
    parts.push(() => rm(join(home, build), { recursive: true, force: true }));
    const functions = await startFunctions(environment({ ports, bi, build }), onOutput);
    parts.push(() => stopFunctions(functions));
    return { feishu, bi, dynamodb, shops, httpUrl, invoke: invoker(ports.lambda), close: closing(parts) };
  } catch (error) {
    await closing(parts)();
    throw error;
  }
};
