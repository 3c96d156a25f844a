import { type LogRow, listLog, putFaults } from './api.ts';
import { h, run } from './dom.ts';
import { textOf } from './json.ts';
import type { Panel } from './simulator-page.ts';
import { toast } from './toast.ts';

const APIS = [
  ['POST /open-apis/im/v1/messages', '发送消息'],
  ['PATCH /open-apis/im/v1/messages/:message_id', '更新卡片'],
  ['GET /open-apis/im/v1/messages', '会话历史'],
  ['GET /open-apis/im/v1/messages/:message_id/read_users', '已读用户'],
  ['POST /open-apis/auth/v3/tenant_access_token/internal', '获取凭证'],
  ['*', '所有接口'],
] as const;

const KINDS = [
  ['429', '429 限流'],
  ['500', '500 内部错误'],
  ['503', '503 不可用'],
  ['timeout', '超时（不执行）'],
  ['lost_reply', '执行了，应答丢失'],
  ['slow', '应答变慢'],
  ['late', '迟到执行（乱序）'],
] as const;
const SLOW_MS = 2000;

const select = (label: string, options: readonly (readonly [string, string])[]): HTMLSelectElement =>
  h(
    'select',
    { class: 'control', 'aria-label': label },
    ...options.map(([value, text]) => h('option', { value }, text)),
  );

const labelOf = (options: readonly (readonly [string, string])[], value: string): string =>
  options.find(([own]) => own === value)?.[1] ?? value;

/** `hits` is the simulator's count, not part of a fault. */
const asFault = (fault: LogRow): LogRow =>
  Object.fromEntries(Object.entries(fault).filter(([key]) => key !== 'hits'));

const faultLine = (fault: LogRow, remove: () => void): HTMLElement =>
  h(
    'li',
    { class: 'fault' },
    h('strong', {}, labelOf(KINDS, textOf(fault, 'kind'))),
    h('span', {}, labelOf(APIS, textOf(fault, 'api'))),
    h('span', { class: 'muted' }, `${textOf(fault, 'count', '每')} 次，已命中 ${textOf(fault, 'hits', '0')}`),
    h('button', { type: 'button', class: 'btn btn-text btn-small', onclick: remove }, '移除'),
  );

/** 故障注入: what goes wrong at which endpoint. */
export const faultsPanel = (): Panel => {
  const api = select('接口', APIS);
  const kind = select('故障', KINDS);
  const count = h('input', { class: 'control', type: 'number', min: 1, value: 1, 'aria-label': '次数' });
  const list = h('ul', { class: 'faults' });
  let faults: readonly LogRow[] = [];
  const refresh = async (): Promise<void> => {
    faults = await listLog('faults');
    const lines = faults.map((fault) =>
      faultLine(fault, () => {
        run(put(faults.filter((other) => other !== fault)));
      }),
    );
    list.replaceChildren(
      ...(lines.length > 0 ? lines : [h('li', { class: 'empty' }, '一切正常，没有注入故障')]),
    );
  };
  const put = async (next: readonly LogRow[]): Promise<void> => {
    await putFaults(next.map(asFault));
    toast('已生效', 'success');
    await refresh();
  };
  const add = (): void => {
    const isDelayed = kind.value === 'slow' || kind.value === 'late';
    const fault = { api: api.value, kind: kind.value, count: Math.max(1, Number(count.value) || 1) };
    run(put([...faults, isDelayed ? { ...fault, delayMs: SLOW_MS } : fault]));
  };
  const form = h(
    'div',
    { class: 'fault-form' },
    api,
    kind,
    h('span', { class: 'amount' }, count, '次'),
    h('button', { type: 'button', class: 'btn btn-primary_filled btn-medium', onclick: add }, '注入'),
  );
  return { label: '故障', node: h('section', { class: 'panel' }, form, list), refresh };
};
