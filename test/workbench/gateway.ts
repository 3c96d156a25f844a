import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export type Handle = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;
export type Gateway = {
  readonly url: string;
  /** Who answers, from now on. */
  readonly answerWith: (handle: Handle) => void;
  readonly close: () => Promise<void>;
};

/** A request as an HTTP API (payload 2.0) hands it on: cookies stand beside the headers. */
export const eventOf = (request: IncomingMessage, body: Buffer): APIGatewayProxyEventV2 => {
  const { pathname, search } = new URL(request.url ?? '', 'http://gateway');
  const method = request.method ?? 'GET';
  const { cookie, ...others } = request.headers;
  const headers = Object.entries(others).map(([name, value]) => [name, String(value)] as const);
  const event = {
    version: '2.0',
    routeKey: `${method} /workbench/{proxy+}`,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(headers),
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    pathParameters: { proxy: pathname.replace(/^\/workbench\/?/u, '') },
    requestContext: { http: { method, path: pathname }, stage: '$default' },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
  return event as unknown as APIGatewayProxyEventV2;
};

const bytesOf = ({ body = '', isBase64Encoded }: APIGatewayProxyStructuredResultV2): Buffer =>
  Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');

export const send = (response: ServerResponse, reply: APIGatewayProxyStructuredResultV2): void => {
  const { statusCode = 200, headers = {}, cookies = [] } = reply;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(statusCode).end(bytesOf(reply));
};

/** The function behind a real address. */
export const startGateway = async (): Promise<Gateway> => {
  let answer: Handle = () => Promise.resolve({ statusCode: 503 });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void answer(eventOf(request, Buffer.concat(chunks))).then((reply) => {
        send(response, reply);
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerWith: (handle) => {
      answer = handle;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
