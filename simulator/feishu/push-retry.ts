import type { Clock } from '../clock.ts';
import type { AppRegistration } from './apps.ts';
import { seal } from './envelope.ts';
import type { Post } from './post.ts';
import type { Switches } from './switches.ts';

/** After a failure: 15 s, 5 min, 1 h, 6 h later, then never: open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM. */
const RETRY_DELAYS_MS: readonly number[] = [15_000, 300_000, 3_600_000, 21_600_000];

type Attempt = { readonly at: number; readonly status: number | 'failed'; readonly ms: number };

export type PushRecord = {
  readonly eventId: string;
  readonly eventType: string;
  readonly appId: string;
  readonly createdAt: number;
  readonly payload: object;
  attempts: readonly Attempt[];
  state: 'waiting' | 'delivered' | 'dropped';
};

export type PushDeps = {
  readonly clock: Clock;
  readonly post: Post;
  readonly switches: () => Switches;
  readonly tenantKey: string;
};

export type Courier = {
  /** Sends now and again after each failure until the schedule ends. */
  readonly send: (app: AppRegistration, record: PushRecord) => void;
  /** Sends one more copy, whatever becomes of it. */
  readonly copy: (app: AppRegistration, record: PushRecord) => void;
  readonly idle: () => Promise<void>;
};

const attempt = async (deps: PushDeps, app: AppRegistration, record: PushRecord): Promise<boolean> => {
  const at = deps.clock.now();
  const startedAt = Date.now();
  const status = await deps
    .post(app.eventUrl ?? '', seal(record.payload, app.encryptKey, at), deps.switches().pushTimeoutMs)
    .then((posted) => posted.status)
    .catch(() => 'failed' as const);
  record.attempts = [...record.attempts, { at, status, ms: Date.now() - startedAt }];
  return status === 200;
};

/** Carries events to an app's address; HTTP 200 within 3 s is the only proof of delivery. */
export const createCourier = (deps: PushDeps): Courier => {
  const running = new Set<Promise<void>>();
  const track = (task: Promise<void>): void => {
    const tracked = task.finally(() => running.delete(tracked));
    running.add(tracked);
  };
  const tryOnce = async (app: AppRegistration, record: PushRecord, tries: number): Promise<void> => {
    if (await attempt(deps, app, record)) {
      record.state = 'delivered';
      return;
    }
    const delayMs = RETRY_DELAYS_MS[tries];
    if (delayMs === undefined) {
      record.state = 'dropped';
      return;
    }
    deps.clock.after(delayMs, () => {
      track(tryOnce(app, record, tries + 1));
    });
  };
  return {
    send: (app, record) => {
      track(tryOnce(app, record, 0));
    },
    copy: (app, record) => {
      track(attempt(deps, app, record).then(() => undefined));
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
};
