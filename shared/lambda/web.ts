import { compress } from './compress.ts';
import { type HttpReply, type HttpRequest, http } from './http.ts';

const hasBody = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

/** The host is ours, whatever the request says: who needs the address of the pages has it from the environment. */
const toWebRequest = ({ rawPath, query, headers, method, bytes }: HttpRequest): Request => {
  const search = query.size > 0 ? `?${query.toString()}` : '';
  const given = Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new Request(`http://zhida${rawPath}${search}`, {
    method,
    headers: given,
    ...(hasBody(method) && { body: new Uint8Array(bytes) }),
  });
};

/** As it stands, a byte order mark too: `Response.text()` drops it, and Excel then takes UTF-8 for GBK. */
const textOf = async (response: Response): Promise<string> =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer());

const toReply = async (response: Response, acceptEncoding: string): Promise<HttpReply> => {
  const cookies = response.headers.getSetCookie();
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'));
  const { body, coding } = compress(await textOf(response), acceptEncoding);
  const encoded = coding && { 'content-encoding': coding, vary: 'accept-encoding' };
  return { status: response.status, headers: { ...headers, ...encoded }, cookies, body };
};

/** Pages: what answers a Web request (Fetch) as an HTTP API (payload 2.0) Lambda. */
export const web = (answer: (request: Request) => Response | Promise<Response>): ReturnType<typeof http> =>
  http(async (request) =>
    toReply(await answer(toWebRequest(request)), request.headers['accept-encoding'] ?? ''),
  );
