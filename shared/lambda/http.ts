import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { AppError, TooLargeError } from '../errors.ts';
import { errorFields, log } from '../log.ts';

/** Bytes. Nothing that calls us sends more; larger bodies are refused before anything is computed over them. */
const maxBodyBytes = 1024 * 1024;

export type HttpRequest = {
  /** The body exactly as sent: signatures are computed over these bytes. */
  readonly bytes: Buffer;
  readonly rawBody: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly method: string;
  /** As it was called, without the query. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
};
/** JSON, or plain text where a sender reads nothing else (an empty one included), or what a page says with all its headers. */
export type HttpReply = { readonly status?: number } & (
  | { readonly json: object }
  | { readonly text: string }
  | {
      /** Bytes are what is compressed already. */
      readonly body: string | Uint8Array;
      readonly headers: Readonly<Record<string, string>>;
      readonly cookies: readonly string[];
    }
);

type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

const lowerCase = (headers: HttpRequest['headers']): HttpRequest['headers'] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** The gateway takes cookies out of the headers. */
const headersOf = ({ headers, cookies }: APIGatewayProxyEventV2): HttpRequest['headers'] => ({
  ...lowerCase(headers),
  ...(cookies && { cookie: cookies.join('; ') }),
});

const bodyBytes = ({ body: sent, isBase64Encoded }: APIGatewayProxyEventV2): Buffer => {
  // Of a GET the gateway gives none, and serverless-offline null.
  const body = sent ?? '';
  const encodedLength = isBase64Encoded ? Math.floor((body.length * 3) / 4) : Buffer.byteLength(body, 'utf8');
  if (encodedLength > maxBodyBytes) {
    throw new TooLargeError('payload_too_large', `the body exceeds ${maxBodyBytes} bytes`);
  }
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
};

const toRequest = (event: APIGatewayProxyEventV2): HttpRequest => {
  const bytes = bodyBytes(event);
  return {
    bytes,
    rawBody: bytes.toString('utf8'),
    headers: headersOf(event),
    path: event.pathParameters ?? {},
    method: event.requestContext.http.method,
    rawPath: event.rawPath,
    // As it was sent: the gateway's own map joins repeated names by commas.
    query: new URLSearchParams(event.rawQueryString),
  };
};

const replyText = (status: number, text: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: text,
});

const reply = (status: number, json: object): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(json),
});

/** A 4xx says what to mend; a 5xx says nothing, because its message may quote what must not leave. */
const failure = (error: unknown): APIGatewayProxyStructuredResultV2 => {
  const refused = error instanceof AppError && error.status < 500;
  log[refused ? 'warn' : 'error']('request_failed', errorFields(error));
  return refused
    ? reply(error.status, { code: error.code, message: error.message })
    : reply(500, { code: 'internal' });
};

/** The gateway undoes base64 by itself (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html). */
const bodyOf = (
  body: string | Uint8Array,
): Pick<APIGatewayProxyStructuredResultV2, 'body' | 'isBase64Encoded'> =>
  typeof body === 'string' ? { body } : { body: Buffer.from(body).toString('base64'), isBase64Encoded: true };

/** Wraps a use case as an HTTP API (payload 2.0) Lambda. */
export const http = (handle: (request: HttpRequest) => Promise<HttpReply>): HttpHandler =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .onError((request) => {
      request.response = failure(request.error);
    })
    .handler(async (event) => {
      const { status = 200, ...said } = await handle(toRequest(event));
      if ('json' in said) return reply(status, said.json);
      if ('text' in said) return replyText(status, said.text);
      return {
        statusCode: status,
        headers: { ...said.headers },
        cookies: [...said.cookies],
        ...bodyOf(said.body),
      };
    });
