import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, TicketCall } from './calls.ts';

/** The handler behind a real address, as API Gateway puts it there. */
export const startGateway = async (
  handle: (event: TicketCall) => Promise<Answer>,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, search } = new URL(request.url ?? '', 'http://gateway');
      const method = request.method ?? 'POST';
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      void handle({
        version: '2.0',
        routeKey: `${method} /tickets/{source}`,
        rawPath: pathname,
        rawQueryString: search.slice(1),
        headers: Object.fromEntries(headers) as Record<string, string>,
        pathParameters: { source: pathname.split('/').at(-1) ?? '' },
        requestContext: { http: { method, path: pathname }, stage: '$default' },
        body: Buffer.concat(chunks).toString('base64'),
        isBase64Encoded: true,
      }).then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type });
        response.end(body);
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
