import { connect } from 'node:net';

/** What the AWS SDK hands to its transport, and what it wants back. */
type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly hostname: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};
type HttpResponse = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};
export type Transport = {
  readonly handle: (request: HttpRequest) => Promise<{ readonly response: HttpResponse }>;
  readonly destroy: () => void;
};

const toBytes = ({ method, path, hostname, headers, body }: HttpRequest): Buffer => {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${hostname}`,
    // The engine wants these and checks no signature.
    'authorization: AWS4-HMAC-SHA256 Credential=local/20261124/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    'x-amz-date: 20261124T000000Z',
    `x-amz-target: ${headers['x-amz-target'] ?? ''}`,
    `content-type: ${headers['content-type'] ?? ''}`,
    `content-length: ${bytes.byteLength}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]);
};

/** The first whole answer in `bytes` and how long it is. */
const readAnswer = (
  bytes: Buffer,
): { readonly response: HttpResponse; readonly length: number } | undefined => {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [status = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = end + 4 + Number(headers['content-length'] ?? '0');
  if (bytes.length < length) return undefined;
  const body = new Uint8Array(bytes.subarray(end + 4, length));
  return { response: { statusCode: Number(status.split(' ')[1]), headers, body }, length };
};

/**
 * One request at a time on each of a few connections: what arrives together is carried out together. (All on one, pipelined,
 * would wait 40 ms for each acknowledgement, since the engine leaves Nagle's algorithm on.)
 */
export const connections = (endpoint: string): Transport => {
  const { hostname, port } = new URL(endpoint);
  const free: Connection[] = [];
  const all: Connection[] = [];
  return {
    handle: async (request) => {
      const connection = free.pop() ?? openConnection(Number(port), hostname);
      if (!all.includes(connection)) all.push(connection);
      const response = await connection.ask(toBytes(request));
      free.push(connection);
      return { response };
    },
    destroy: () => {
      for (const { close } of all) close();
    },
  };
};

type Connection = { readonly ask: (bytes: Buffer) => Promise<HttpResponse>; readonly close: () => void };

const openConnection = (port: number, hostname: string): Connection => {
  let buffered: Buffer = Buffer.alloc(0);
  let waiting: PromiseWithResolvers<HttpResponse> | undefined;
  const socket = connect(port, hostname);
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    const answer = readAnswer(buffered);
    if (!answer) return;
    buffered = buffered.subarray(answer.length);
    waiting?.resolve(answer.response);
  });
  socket.on('error', (error) => waiting?.reject(error));
  return {
    ask: (bytes) => {
      waiting = Promise.withResolvers<HttpResponse>();
      socket.write(bytes);
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
};
