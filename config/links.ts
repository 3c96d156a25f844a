import * as z from 'zod/mini';
import { parse } from '../shared/parse.ts';

const hostsSchema = z.array(z.string().check(z.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/, 'is not a host')));

/** Where the company's documents and wiki pages are at home: the host in the address of any of them. */
export const documentHost = 'bohe.feishu.cn';

/**
 * Hosts that a card may link to directly, exactly as they stand in the address; every other link opens inside Feishu as
 * an AppLink. The company's own documents are at home on its Feishu host, e.g. `mint.feishu.cn`.
 */
export const linkHosts = parse(hostsSchema, []);
