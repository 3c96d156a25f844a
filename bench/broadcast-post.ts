import { policies } from '../config/accounts/policies.ts';
import { broadcastSchema } from '../shared/broadcasts/broadcast.ts';

/** A post of 制度与流程 as it stands when it is sent. */
export const benchPost = broadcastSchema.parse({
  broadcast: 'policies-42',
  item: 'broadcast',
  revision: 7,
  account: policies.id,
  issue: 42,
  version: 1,
  state: 'sending',
  createdAt: '2026-11-24T01:00:00.000Z',
  changedAt: '2026-11-24T02:00:00.000Z',
  startedAt: new Date().toISOString(),
  editors: [{ person: 'on_editor', name: '许念' }],
  article: { kind: 'document', ref: { kind: 'docx', token: 'doc' } },
  page: {
    url: 'https://bohe.feishu.cn/docx/doc',
    docToken: 'doc',
    title: '考勤管理办法',
    contentHash: 'ab'.repeat(32),
    minutes: 4,
    readAt: '2026-11-24T01:00:00.000Z',
  },
  title: '考勤管理办法（2026 年修订）',
  summary: '三条变化：外勤当天补记，请假先申请，漏打卡三次以内当月可补',
  concerns: '全体员工适用，试用期同事从入职当天起计算',
  mustConfirm: true,
  audience: { everyone: true },
});
