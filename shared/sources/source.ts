import { createHash, timingSafeEqual } from 'node:crypto';
import { type AppError, UnauthenticatedError } from '../errors.ts';
import type { HttpReply, HttpRequest } from '../lambda/http.ts';

/** What a source has proved to have sent. */
export type Opened =
  /** An address check or a probe: answered, never kept. */
  | { readonly kind: 'answer'; readonly reply: HttpReply }
  | {
      readonly kind: 'message';
      /** Whose it is: the client id, app key, corp id or app that the secret belongs to. */
      readonly account: string;
      /** What a repeat of the message has in common with the first. */
      readonly id: string;
      /** In the source's own word. */
      readonly eventType: string;
      /** What is sealed and later read: the body as it was sent, decrypted where the source encrypts. */
      readonly body: string;
    };

/**
 * A system that pushes to us. Its proof, what it wants to hear and how it is refused are its own; what it sent is read
 * later, by a worker, so that nonsense under a good signature is kept too.
 */
export type PushSource = {
  /** Proves on the raw bytes who sent it. Throws UnauthenticatedError, which `refuse` turns into an answer. */
  readonly open: (request: HttpRequest, now: Date) => Opened;
  /** Said only when the receipt is stored. */
  readonly acknowledgement: HttpReply;
  readonly refuse: (error: AppError) => HttpReply;
};

/**
 * A message as a reader gets it: opened from its receipt. Readers are files of their own, because what proves a message
 * must start fast and needs none of their schemas.
 */
export type Letter = {
  /** What a repeat of it had in common with the first. */
  readonly id: string;
  readonly account: string;
  readonly eventType: string;
  /** Stands in where the source wrote no time. */
  readonly receivedAt: Date;
  readonly body: string;
};

const readableId = /^[!-~]{1,200}$/;

export const bodyHash = (body: string): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;

/** The source's own id when a key can hold it; else the hash of the body, so that a repeat still meets the first. */
export const identityOf = (own: string | undefined, body: string): string =>
  own !== undefined && readableId.test(own) ? own : bodyHash(body);

const readableType = /^[\w.+-]{1,80}$/;

export const eventTypeOf = (own: string | undefined): string =>
  own !== undefined && readableType.test(own) ? own : 'unreadable';

/** Compares a signature in a time that says nothing about where it differs. */
export const isSameText = (claimed: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(claimed), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
};

export const signatureMissing = (what: string): UnauthenticatedError =>
  new UnauthenticatedError('signature_missing', `${what} is needed`);

export const signatureInvalid = (): UnauthenticatedError =>
  new UnauthenticatedError('signature_invalid', 'the signature does not match the body');

export type Account<Secret> = { readonly account: string; readonly secrets: readonly Secret[] };

/** The account one of whose secrets proves the message; two are valid while one is being replaced. */
export const provenAccount = <Secret>(
  accounts: readonly Account<Secret>[],
  isProof: (account: string, secret: Secret) => boolean,
): string => {
  const proven = accounts.find(({ account, secrets }) => secrets.some((secret) => isProof(account, secret)));
  if (!proven) throw signatureInvalid();
  return proven.account;
};
