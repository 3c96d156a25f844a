import { randomUUID } from 'node:crypto';
import type { AppRegistration } from './apps.ts';
import { type Courier, createCourier, type PushDeps, type PushRecord } from './push-retry.ts';
import { type Ring, ring } from './ring.ts';

const PUSHES_KEPT = 2000;

/** `version` v1 keeps the old envelope, which `p2p_chat_create` still has. */
type PushedEvent = { readonly type: string; readonly event: object; readonly version?: 'v1' | 'v2' };

export type Pushes = {
  readonly push: (app: AppRegistration, pushed: PushedEvent) => void;
  /** Repeats an event that was already pushed, as Feishu may do after an answer of 200. */
  readonly repeat: (eventId: string) => boolean;
  readonly log: Ring<PushRecord>;
  /** Resolves when no push is on its way (those waiting for a retry don't count). */
  readonly idle: () => Promise<void>;
};

type Wrapped = { readonly eventId: string; readonly payload: object };

/** The two envelopes of open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM. */
const wrap = (app: AppRegistration, deps: PushDeps, { type, event, version }: PushedEvent): Wrapped => {
  const eventId = randomUUID().replaceAll('-', '');
  const now = deps.clock.now();
  const own = { app_id: app.appId, tenant_key: deps.tenantKey };
  const token = app.verificationToken;
  if (version === 'v1') {
    const inner = { ...own, type, ...event };
    return {
      eventId,
      payload: { ts: (now / 1000).toFixed(6), uuid: eventId, token, type: 'event_callback', event: inner },
    };
  }
  const header = { event_id: eventId, event_type: type, create_time: String(now), token, ...own };
  return { eventId, payload: { schema: '2.0', header, event } };
};

/** Holds what is pushed within a while and releases it last first, when the switch asks for it. */
const reorderer = (deps: PushDeps): ((release: () => void) => void) => {
  let held: (() => void)[] = [];
  return (release) => {
    const { eventReorderMs } = deps.switches();
    if (eventReorderMs === 0) {
      release();
      return;
    }
    held.push(release);
    if (held.length > 1) return;
    deps.clock.after(eventReorderMs, () => {
      const batch = held.toReversed();
      held = [];
      for (const go of batch) go();
    });
  };
};

const sendWithCopies = (
  courier: Courier,
  deps: PushDeps,
  [app, record]: [AppRegistration, PushRecord],
): void => {
  courier.send(app, record);
  for (let copy = 0; copy < deps.switches().eventDuplicates; copy += 1) courier.copy(app, record);
};

export const createPushes = (deps: PushDeps): Pushes => {
  const log = ring<PushRecord>(PUSHES_KEPT);
  const courier = createCourier(deps);
  const inOrder = reorderer(deps);
  const apps = new Map<string, AppRegistration>();
  return {
    push: (app, pushed) => {
      if (app.eventUrl === undefined) return;
      apps.set(app.appId, app);
      const { eventId, payload } = wrap(app, deps, pushed);
      const fresh = {
        eventId,
        eventType: pushed.type,
        appId: app.appId,
        createdAt: deps.clock.now(),
        payload,
      };
      const record = log.add({ ...fresh, attempts: [], state: 'waiting' });
      inOrder(() => {
        sendWithCopies(courier, deps, [app, record]);
      });
    },
    repeat: (eventId) => {
      const record = log.since(0).find((entry) => entry.eventId === eventId);
      const app = apps.get(record?.appId ?? '');
      if (!record || !app) return false;
      courier.copy(app, record);
      return true;
    },
    log,
    idle: courier.idle,
  };
};
