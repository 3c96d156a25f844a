import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { jsonText } from '../config.ts';
import type { SourceEvent } from '../sources/source-event.ts';

const minBytes = 32;

const keySchema = z
  .string()
  .refine((text) => Buffer.from(text, 'base64').length >= minBytes, 'is shorter than 32 bytes in base64')
  .transform((text) => Buffer.from(text, 'base64'));

/** `JOIN_KEYS`: a JSON array of base64 texts of at least 32 bytes. The first signs, all match (rotation). */
export const joinKeysSchema = jsonText(z.array(keySchema).min(1));

/** 138… as it is dialled; `undefined` when it is no mobile number, or a number that the platform lends for one order. */
const mobileOf = (phone: string): string | undefined => {
  const digits = phone.replaceAll(/[\s()-]/g, '').replace(/^\+?86(?=1)/, '');
  return /^1[3-9]\d{9}$/.test(digits) ? digits : undefined;
};

const namesOf = ({ source, buyerPhone, buyerId }: SourceEvent): readonly string[] => {
  const mobile = buyerPhone === undefined ? undefined : mobileOf(buyerPhone);
  return [
    ...(mobile === undefined ? [] : [`mobile:${mobile}`]),
    // A source's own id means nothing in another source.
    ...(buyerId === undefined ? [] : [`${source}:${buyerId}`]),
  ];
};

const bytesOfRef = 16;

const refOf = (key: Buffer, name: string): string =>
  createHmac('sha256', key).update(name).digest().subarray(0, bytesOfRef).toString('base64url');

export type BuyerRefs = {
  /** Under the first key: what a ticket keeps. */
  readonly signed: readonly string[];
  /** Under every key: what may have been kept. */
  readonly matching: readonly string[];
};

/** Who the buyer is, so that two systems' cases can meet without anybody reading a number. */
export const buyerRefs =
  (keys: readonly Buffer[]) =>
  (event: SourceEvent): BuyerRefs => {
    const names = namesOf(event);
    const under = (some: readonly Buffer[]) => some.flatMap((key) => names.map((name) => refOf(key, name)));
    return { signed: under(keys.slice(0, 1)), matching: under(keys) };
  };
