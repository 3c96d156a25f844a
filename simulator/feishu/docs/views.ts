import type { AppRegistration } from '../apps.ts';
import type { Sender } from '../chats.ts';
import { idsOf, openIdOf } from '../directory.ts';
import type { Tenant } from '../tenant.ts';
import type { Doc } from './model.ts';

/** Views of one person within 30 minutes are one view: 获取文件统计信息, «pv». */
const ONE_VIEW_MS = 30 * 60_000;
const ZONE_MS = 8 * 3_600_000;

/** Asia/Shanghai, UTC+8 without summer time. */
const dayOf = (at: number): string => new Date(at + ZONE_MS).toISOString().slice(0, 10);

const countRead = ({ reads }: Doc, unionId: string, now: number): void => {
  const day = dayOf(now);
  if (reads.day !== day) {
    reads.day = day;
    reads.today = 0;
    reads.people.clear();
  }
  reads.all += 1;
  reads.today += 1;
  reads.people.add(unionId);
};

const EVENT_SCOPES = ['docs:event:subscribe', 'docs:doc', 'drive:drive', 'docx:document'];

type Reader = { readonly app: AppRegistration; readonly tenant: Tenant };

const operatorOf = ({ app, tenant }: Reader, who: Sender): object => {
  if (who.kind === 'app') return { open_id: openIdOf(app.appId, who.appId) };
  const person = tenant.directory.byUnion(who.unionId);
  return person ? idsOf(app, person) : { union_id: who.unionId };
};

/**
 * Pushes drive.file.read_v1 to the app that owns the document and subscribed to it; apps that only manage it get none:
 * open.feishu.cn/document/server-docs/docs/drive-v1/event/subscribe, …/event/list/file-read.
 */
const announceRead = (tenant: Tenant, doc: Doc, unionId: string): void => {
  if (doc.owner.kind !== 'app' || !doc.subscribers.has(doc.owner.appId)) return;
  const app = tenant.apps.get(doc.owner.appId);
  if (!app || !EVENT_SCOPES.some((scope) => app.scopes.includes(scope))) return;
  tenant.pushes.push(app, {
    type: 'drive.file.read_v1',
    event: {
      file_type: 'docx',
      file_token: doc.token,
      operator_id_list: [operatorOf({ app, tenant }, { kind: 'user', unionId })],
      subscriber_id_list: [operatorOf({ app, tenant }, doc.owner)],
    },
  });
};

/** Somebody opens a document: constant work, whatever its length and however many have read it. */
export const recordView = (tenant: Tenant, doc: Doc, unionId: string): void => {
  const now = tenant.clock.now();
  const last = doc.views.get(unionId);
  if (!last) doc.views.set(unionId, { at: now, countedAt: now });
  else last.at = now;
  if (!last || now - last.countedAt >= ONE_VIEW_MS) {
    if (last) last.countedAt = now;
    countRead(doc, unionId, now);
  }
  announceRead(tenant, doc, unionId);
};

/** 阅读人数 and 阅读次数, all and of today. */
export const statisticsOf = ({ views, reads }: Doc, now: number): object => {
  const isToday = reads.day === dayOf(now);
  return {
    uv: views.size,
    pv: reads.all,
    like_count: 0,
    timestamp: Math.floor(now / 1000),
    uv_today: isToday ? reads.people.size : 0,
    pv_today: isToday ? reads.today : 0,
    like_count_today: 0,
  };
};
