import { createHash, randomUUID } from 'node:crypto';
import { signerOf } from '../../functions/workbench/signed.ts';

/** The development key of the stage `local`: opens nothing elsewhere. */
const key = Buffer.from('ZGV2LXdvcmtiZW5jaC1rZXktZm9yLWxvY2FsLXVzZSE=', 'base64');
/** 林知夏 of the simulator. */
const person = 'on_6d8cf7b123ed4ac648f2bf87ebac0850';
const session = 'dev-session';
const hourMs = 3_600_000;

type Call = {
  readonly path: string;
  readonly query?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Instead of those of somebody who is signed in. */
  readonly cookies?: readonly string[];
};

const soon = (): Date => new Date(Date.now() + hourMs);

/** A page as API Gateway asks for it; `fields` make it a form. Signed now: a session ends after twelve hours. */
export const pageEvent = ({ path, query = '', fields, cookies }: Call): object => {
  const signer = signerOf([key]);
  const method = fields ? 'POST' : 'GET';
  const form = { ...fields, form: signer.sign('form', { session }, soon()) };
  const signedIn = [`zhida_session=${signer.sign('session', { person, session }, soon())}`];
  return {
    version: '2.0',
    routeKey: path === '/workbench' ? `${method} /workbench` : `${method} /workbench/{proxy+}`,
    rawPath: path,
    rawQueryString: query,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    cookies: cookies ?? signedIn,
    pathParameters: { proxy: path.replace(/^\/workbench\/?/u, '') },
    requestContext: { http: { method, path }, stage: '$default' },
    ...(fields && { body: new URLSearchParams(form).toString() }),
    isBase64Encoded: false,
  };
};

/** A code that a page got inside the client, in a browser whose sign-in has begun. */
export const loginEvent = (code: string): object => {
  const browser = 'dev-browser'.padEnd(43, '0');
  const digest = createHash('sha256').update(browser).digest('base64url');
  const begun = { nonce: randomUUID(), next: '/workbench', browser: digest };
  const state = signerOf([key]).sign('login', begun, soon());
  return pageEvent({ path: '/workbench/login', fields: { code, state }, cookies: [`zhida_login=${browser}`] });
};
