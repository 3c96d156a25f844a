import { z } from 'zod';
import type { AppRegistration } from './apps.ts';
import type { Upload } from './multipart.ts';
import type { ApiRate } from './rate.ts';
import { fieldRefusal, refusal } from './refusal.ts';
import type { Tenant } from './tenant.ts';

/** One authorised request. */
export type Call = {
  readonly tenant: Tenant;
  readonly app: AppRegistration;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Of a multipart request. */
  readonly upload: Upload | undefined;
};

export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As on its page, with `:name` parameters. */
  readonly path: string;
  /** Any one of them is enough; none: every app may. */
  readonly scopes: readonly string[];
  /** False for what is exempt from the monthly quota. */
  readonly isMetered: boolean;
  /** An old API whose answer has no `data`. */
  readonly isFlat?: boolean;
  /** As its page publishes it, when that isn't 50/s and 1000/min. */
  readonly rate?: ApiRate;
  /** How long a success takes to be answered, in real milliseconds. */
  readonly holdMs?: (tenant: Tenant) => number;
  /** Returns `data`, or a Blob that is answered as it is; throws a Refusal. */
  readonly handle: (call: Call) => object;
};

const describe = (error: z.ZodError): { readonly field: string; readonly text: string } => {
  const [issue] = error.issues;
  return { field: issue?.path.map(String).join('.') ?? '', text: issue?.message ?? 'invalid' };
};

/** Throws 99992402 that names the first wrong field. */
export const readFields = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const { field, text } = describe(result.error);
  throw fieldRefusal(field, text);
};

/** Query parameters that occur once. */
export const readQuery = <T extends z.ZodType>(schema: T, { query }: Call): z.output<T> =>
  readFields(schema, Object.fromEntries(query));

export const userIdTypeSchema = z._default(z.enum(['open_id', 'union_id', 'user_id']), 'open_id');

export const userIdTypeQuery = z.object({ user_id_type: userIdTypeSchema });

/** A whole number in a query parameter, within its documented range. */
export const wholeNumber = (min: number, max: number): z.ZodType<number> =>
  z.coerce.number().pipe(z.int().min(min).max(max));

/** `page_size` of contact v3, which has its own code for a wrong one. */
export const pageSizeOf = ({ query }: Call, fallback: number, max: number): number => {
  const size = Number(query.get('page_size') ?? fallback);
  if (!Number.isInteger(size) || size < 1 || size > max) throw refusal(40011);
  return size;
};

type Page<T> = { readonly items: readonly T[]; readonly has_more: boolean; readonly page_token?: string };

/** Page tokens carry the offset and nothing to rely on. */
export const pageOf = <T>(all: readonly T[], size: number, token: string | null | undefined): Page<T> => {
  const from = token
    ? Number(
        Buffer.from(token, 'base64url')
          .toString('utf8')
          .replace(/^offset:/, ''),
      )
    : 0;
  if (!Number.isInteger(from) || from < 0) throw refusal(40012);
  const hasMore = from + size < all.length;
  return {
    items: all.slice(from, from + size),
    has_more: hasMore,
    ...(hasMore ? { page_token: Buffer.from(`offset:${from + size}`).toString('base64url') } : {}),
  };
};
