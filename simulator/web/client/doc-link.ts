const PATH = /^\/(?:docx|wiki)\/(?<token>[A-Za-z0-9]{20,40})\/?$/u;
const HOST = /(?:^|\.)feishu\.cn$/u;

/** The token in a link to a document or a wiki page of Feishu; undefined for any other address. */
export const docTokenIn = ({ host, pathname }: URL): string | undefined =>
  HOST.test(host) ? PATH.exec(pathname)?.groups?.['token'] : undefined;
