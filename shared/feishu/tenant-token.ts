import * as z from 'zod/mini';
import type { Body } from './http.ts';
import { type Outcome, refused } from './outcome.ts';

/** Feishu hands out a new token when less than 30 minutes are left; a token is ours until 5 minutes before its end. */
const MARGIN_MS = 5 * 60_000;

const tokenSchema = z.object({ tenant_access_token: z.string(), expire: z.number() });

type Held = { readonly token: string; readonly untilMs: number };

export type TenantToken = {
  /** The token, asked for once however many callers wait. A failure is shared by those who waited, not kept. */
  readonly get: () => Promise<Outcome<string>>;
  /** Forgets `token` if it is still the one in hand: ten refused calls renew it once. */
  readonly renounce: (token: string) => void;
};

const toHeld = (outcome: Outcome<Body>, nowMs: number): Outcome<Held> => {
  // No token, so nothing was sent: for the caller's own request every failure here is a refusal.
  if (outcome.kind === 'unknown') return refused('no_token', outcome.reason);
  if (outcome.kind === 'refused') return outcome;
  const parsed = z.safeParse(tokenSchema, outcome.data);
  if (!parsed.success) return refused('no_token', 'unreadable_reply');
  const { tenant_access_token: token, expire } = parsed.data;
  return { kind: 'ok', data: { token, untilMs: nowMs + expire * 1000 - MARGIN_MS } };
};

export const tenantToken = (request: () => Promise<Outcome<Body>>, now: () => number): TenantToken => {
  let held: Held | undefined;
  let asking: Promise<Outcome<Held>> | undefined;
  const ask = async (): Promise<Outcome<Held>> => {
    try {
      const outcome = toHeld(await request(), now());
      held = outcome.kind === 'ok' ? outcome.data : undefined;
      return outcome;
    } finally {
      asking = undefined;
    }
  };
  return {
    get: async () => {
      if (held && held.untilMs > now()) return { kind: 'ok', data: held.token };
      asking ??= ask();
      const outcome = await asking;
      return outcome.kind === 'ok' ? { kind: 'ok', data: outcome.data.token } : outcome;
    },
    renounce: (token) => {
      if (held?.token === token) held = undefined;
    },
  };
};
