import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import axios, { AxiosError, AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import * as z from 'zod';
import type { Ending } from './faults.ts';
import type { Gate } from './gate.ts';
import { currentInvocation } from './invocation.ts';

/** Where requests go: one seed's gate, engine and Feishu. */
export type Outside = {
  readonly gate: Gate;
  readonly documents: DynamoDBDocumentClient;
  readonly feishu: (request: Request) => Promise<Response>;
  /** Names of a table's key attributes. */
  readonly keysOf: (table: string) => readonly string[];
  /** A function invokes another one without waiting for it. */
  readonly onInvoked: (functionName: string) => void;
  /** Rows in the order in which they were written. */
  readonly onStored: (table: string, image: Readonly<Record<string, unknown>>) => void;
  /** A moment later, in the order in which chance has it: a stream has many shards. */
  readonly onWritten: (table: string, image: Readonly<Record<string, unknown>>) => void;
  /** What a mutation makes of a request before it leaves. */
  readonly distort: Distort;
};
export type Distort = {
  readonly dynamodb?: (command: string, input: Record<string, unknown>) => void;
  readonly feishu?: (operation: string, body: Record<string, unknown>) => void;
  /** Of the row that `asker` has read. */
  readonly row?: (asker: string, table: string, row: Record<string, unknown>) => void;
};

let outside: Outside | undefined;
export const connect = (next: Outside | undefined): void => {
  outside = next;
};

/** For what calls out by other means than these libraries. */
export const passGate: Gate['pass'] = (request) => outside?.gate.pass(request) ?? request.execute();

const inputSchema = z.looseObject({
  TableName: z.string().optional(),
  FunctionName: z.string().optional(),
  IndexName: z.string().optional(),
  Key: z.record(z.string(), z.unknown()).optional(),
  Item: z.record(z.string(), z.unknown()).optional(),
  UpdateExpression: z.string().optional(),
  ConditionExpression: z.string().optional(),
  TransactItems: z
    .array(
      z.object({ Put: z.looseObject({ TableName: z.string(), Item: z.record(z.string(), z.unknown()) }) }),
    )
    .optional(),
});
type Input = z.output<typeof inputSchema>;
const writtenSchema = z.looseObject({ Attributes: z.record(z.string(), z.unknown()).optional() });

const readSchema = z.looseObject({ Item: z.record(z.string(), z.unknown()) });
/** The row itself, not a copy of it. */
const hasRow = (output: unknown): output is z.output<typeof readSchema> =>
  readSchema.safeParse(output).success;

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 6);

/** The tables and conditions of a transaction, in order, without its rows. */
const transactionShape = (items: NonNullable<Input['TransactItems']>): string =>
  items.map(({ Put }) => `${Put.TableName} ${String(Put['ConditionExpression'])}`).join('\n');

/** `UpdateCommand deliveries 3fa9c1`: the last part tells the places in the code apart. */
const operationOf = (command: string, { TableName = '', FunctionName, ...input }: Input): string => {
  if (FunctionName) return `Invoke ${FunctionName}`;
  if (input.TransactItems) return `TransactWrite ${short(transactionShape(input.TransactItems))}`;
  const { IndexName = '', UpdateExpression = '', ConditionExpression = '' } = input;
  const place = `${IndexName}${UpdateExpression}${ConditionExpression}`;
  const table = TableName.split('-').slice(2).join('-');
  return [command.replace('Command', ''), table, place && short(place)]
    .filter((part) => part !== '')
    .join(' ');
};

const keyText = ({ TableName = '', Key, Item }: Input, keysOf: Outside['keysOf']): string | undefined => {
  const row = Key ?? Item;
  return row && JSON.stringify([TableName, ...keysOf(TableName).map((name) => row[name])]);
};

type Written = { readonly table: string; readonly image: Readonly<Record<string, unknown>> };

const writtenBy = ({ TableName, Item, TransactItems = [] }: Input, output: unknown): readonly Written[] => {
  const together = TransactItems.map(({ Put }) => ({ table: Put.TableName, image: Put.Item }));
  const image = Item ?? writtenSchema.parse(output).Attributes;
  return TableName && image ? [{ table: TableName, image }, ...together] : together;
};

const failAsAws = (ending: Exclude<Ending, 'result'>): Promise<never> => {
  const name = ending === 'timeout' ? 'TimeoutError' : 'InternalServerError';
  return Promise.reject(Object.assign(new Error(`proved: ${ending}`), { name }));
};

type Sending = { readonly input: Record<string, unknown>; readonly constructor: { readonly name: string } };
type Send = (command: Sending, ...rest: readonly unknown[]) => Promise<unknown>;

const gatedSend = (to: Outside, { command, send }: { command: Sending; send: () => Promise<unknown> }) => {
  const { name } = command.constructor;
  to.distort.dynamodb?.(name, command.input);
  const input = inputSchema.parse(command.input);
  const asker = currentInvocation()?.name ?? '';
  let written: readonly Written[] = [];
  return to.gate.pass({
    service: 'dynamodb',
    operation: operationOf(name, input),
    key: keyText(input, to.keysOf),
    timeoutMs: 2_000,
    execute: async () => {
      if (input.FunctionName) return { StatusCode: 202 };
      const output = await send();
      if (hasRow(output)) to.distort.row?.(asker, input.TableName ?? '', output.Item);
      if (name !== 'DeleteCommand') written = writtenBy(input, output);
      for (const { table, image } of written) to.onStored(table, image);
      return output;
    },
    onExecuted: () => {
      if (input.FunctionName) to.onInvoked(input.FunctionName);
      for (const { table, image } of written) to.onWritten(table, image);
      written = [];
    },
    fail: failAsAws,
  });
};

/** All clients of the AWS SDK inherit one `send`: whatever a function calls, now or one day, passes the gate. */
const catchAws = (): void => {
  const base = Object.getPrototypeOf(DynamoDBDocumentClient.prototype) as { send: Send };
  if (base !== Object.getPrototypeOf(DynamoDBClient.prototype))
    throw new Error('the AWS SDK has two clients');
  const { send } = base;
  base.send = function (this: unknown, command, ...rest) {
    const to = outside;
    if (!to) return send.call(this, command, ...rest);
    const client = this instanceof DynamoDBDocumentClient ? to.documents : this;
    return gatedSend(to, { command, send: () => send.call(client, command, ...rest) });
  };
};

const isMessage = /^\/open-apis\/im\/v1\/(messages|chats)\/[^/]+/;
/** Method and path, ids taken out. */
const apiOf = (method: string, path: string): string =>
  `${method} ${path.replace(isMessage, '/open-apis/im/v1/$1/:id')}`;

const failAsAxios =
  (config: InternalAxiosRequestConfig) =>
  (ending: Exclude<Ending, 'result'>): Promise<AxiosResponse> => {
    const reply = (status: number, data: unknown, headers: Record<string, string> = {}): AxiosResponse => ({
      status,
      statusText: '',
      data,
      headers: new AxiosHeaders(headers),
      config,
    });
    const failure = (code: string): Promise<never> =>
      Promise.reject(new AxiosError(`proved: ${ending}`, code, config));
    switch (ending) {
      case 'reset':
        return failure('ECONNRESET');
      case 'timeout':
        return failure('ECONNABORTED');
      case 'refused':
        return failure('ECONNREFUSED');
      case 'tooMany': {
        const body = { code: 99991400, msg: 'request trigger frequency limit' };
        return Promise.resolve(reply(429, body, { 'x-ogw-ratelimit-reset': '3' }));
      }
      case 'badGateway':
        return Promise.resolve(reply(502, '<html>502 Bad Gateway</html>'));
      case 'serverError':
        return Promise.resolve(reply(500, { code: 1500, msg: 'internal error' }));
    }
  };

const bodySchema = z.record(z.string(), z.unknown());

const distorted = (to: Outside, api: string, data: unknown): string | undefined => {
  if (typeof data !== 'string') return undefined;
  if (!to.distort.feishu) return data;
  const body = bodySchema.parse(JSON.parse(data));
  to.distort.feishu(api, body);
  return JSON.stringify(body);
};

const uuidSchema = z.looseObject({ uuid: z.string().optional() });

/** One message is sent, one card is changed, by one at a time. */
const exclusiveOf = (method: string, url: URL, body: string | undefined): string | undefined => {
  if (method === 'PATCH') return `PATCH ${url.pathname}`;
  if (method !== 'POST' || body === undefined) return undefined;
  const { uuid } = uuidSchema.parse(JSON.parse(body));
  return uuid && `POST ${uuid}`;
};

const gatedRequest = async (to: Outside, config: InternalAxiosRequestConfig): Promise<AxiosResponse> => {
  const url = new URL(axios.getUri(config));
  const method = (config.method ?? 'get').toUpperCase();
  const api = apiOf(method, url.pathname);
  const body = distorted(to, api, config.data);
  const headers = Object.entries(config.headers.toJSON()).map(([key, value]): [string, string] => [
    key,
    String(value),
  ]);
  const answer = await to.gate.pass({
    service: 'feishu',
    operation: api,
    key: 'feishu',
    exclusive: exclusiveOf(method, url, body),
    timeoutMs: config.timeout ?? 10_000,
    execute: async () => {
      const init = { method, headers, ...(method !== 'GET' && body !== undefined && { body }) };
      const response = await to.feishu(new Request(url, init));
      return {
        status: response.status,
        statusText: '',
        data: await response.text(),
        headers: new AxiosHeaders(Object.fromEntries(response.headers)),
        config,
      };
    },
    fail: failAsAxios(config),
  });
  return answer as AxiosResponse;
};

/** The Feishu SDK calls through axios, whose adapter is where a request leaves the process. */
const catchFeishu = (): void => {
  const { adapter } = axios.defaults;
  axios.defaults.adapter = (config) =>
    outside ? gatedRequest(outside, config) : axios.getAdapter(adapter)(config);
};

/** Stands between the libraries that call out and the network. Call before anything makes a client. */
export const catchCalls = (): void => {
  catchAws();
  catchFeishu();
};
