import { type App, type LogRow, listApps, listLog, repeatEvent } from './api.ts';
import { h, run } from './dom.ts';
import { isJson, numberOf, textOf } from './json.ts';
import type { Panel } from './simulator-page.ts';
import { preciseTime } from './time.ts';
import { toast } from './toast.ts';

const SHOWN = 100;

type Column = {
  readonly title: string;
  readonly cell: (row: LogRow) => Node | string;
  readonly isNumber?: boolean;
};

const timeCell = (key: string) => (row: LogRow) => preciseTime(numberOf(row, key, 0));

const pill = (label: string, tone: 'good' | 'bad' | 'idle'): HTMLElement =>
  h('span', { class: `pill pill-${tone}` }, label);

const bodyRows = (rows: readonly LogRow[], columns: readonly Column[]): readonly HTMLElement[] =>
  rows.map((row) =>
    h(
      'tr',
      {},
      ...columns.map(({ cell, isNumber }) =>
        h('td', { class: isNumber ? 'cell-right' : 'cell-left' }, cell(row)),
      ),
    ),
  );

/** Newest first; redrawn only when something was added or changed, so that a selection survives. */
const logPanel = (
  label: string,
  columns: readonly Column[],
  load: () => Promise<readonly LogRow[]>,
): Panel => {
  const body = h('tbody');
  const note = h('p', { class: 'muted log-note' });
  const head = h(
    'tr',
    {},
    ...columns.map(({ title, isNumber }) =>
      h('th', { scope: 'col', class: isNumber ? 'cell-right' : 'cell-left' }, title),
    ),
  );
  let shown = '';
  const node = h(
    'section',
    { class: 'panel' },
    note,
    h(
      'div',
      { class: 'scroll-x', tabindex: 0, role: 'region', 'aria-label': label },
      h('table', { class: 'log' }, h('thead', {}, head), body),
    ),
  );
  const refresh = async (): Promise<void> => {
    const rows = await load();
    const latest = rows.slice(-SHOWN).toReversed();
    const print = JSON.stringify(latest);
    if (print === shown) return;
    shown = print;
    note.textContent =
      rows.length > SHOWN ? `共 ${rows.length} 条，显示最近 ${SHOWN} 条` : `共 ${rows.length} 条`;
    body.replaceChildren(...bodyRows(latest, columns));
  };
  return { label, node, refresh };
};

const appNames = (): ((appId: string) => string) => {
  let apps: readonly App[] = [];
  run(listApps().then((found) => (apps = found)));
  return (appId) => apps.find((app) => app.appId === appId)?.name ?? (appId || '—');
};

const attemptsOf = (row: LogRow): string => {
  const attempts = Array.isArray(row['attempts']) ? row['attempts'].filter(isJson) : [];
  return attempts.map((one) => `${textOf(one, 'status')}（${textOf(one, 'ms')} ms）`).join('，') || '—';
};

const STATES = {
  delivered: ['已送达', 'good'],
  waiting: ['等待重试', 'idle'],
  dropped: ['已放弃', 'bad'],
} as const;

const stateOf = (row: LogRow): HTMLElement => {
  const state = textOf(row, 'state', '—');
  const [label, tone] = Object.entries(STATES).find(([name]) => name === state)?.[1] ?? [
    state,
    'idle' as const,
  ];
  return pill(label, tone);
};

const repeat = async (eventId: string): Promise<void> => {
  await repeatEvent(eventId);
  toast('已再推送一次', 'success');
};

const repeatButton = (row: LogRow): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'btn btn-text btn-small',
      onclick: () => {
        run(repeat(textOf(row, 'eventId')));
      },
    },
    '再推一次',
  );

export const eventsPanel = (): Panel => {
  const nameOf = appNames();
  return logPanel(
    '事件推送',
    [
      { title: '时间', cell: timeCell('createdAt') },
      { title: '事件', cell: (row) => h('code', {}, textOf(row, 'eventType')) },
      { title: '应用', cell: (row) => nameOf(textOf(row, 'appId')) },
      { title: '状态', cell: stateOf },
      { title: '各次应答', cell: attemptsOf },
      { title: '', cell: repeatButton },
    ],
    () => listLog('events'),
  );
};

const codePill = (row: LogRow): HTMLElement => {
  const code = numberOf(row, 'code', 0);
  return pill(String(code), code === 0 ? 'good' : 'bad');
};

export const callsPanel = (): Panel => {
  const nameOf = appNames();
  return logPanel(
    '接口调用',
    [
      { title: '时间', cell: timeCell('at') },
      {
        title: '接口',
        cell: (row) =>
          h('code', {}, `${textOf(row, 'method')} ${textOf(row, 'path').replace('/open-apis', '')}`),
      },
      { title: '应用', cell: (row) => nameOf(textOf(row, 'appId')) },
      { title: 'HTTP', cell: (row) => textOf(row, 'status', '—'), isNumber: true },
      { title: 'code', cell: codePill },
      { title: '毫秒', cell: (row) => String(Math.round(numberOf(row, 'ms', 0))), isNumber: true },
      { title: '故障', cell: (row) => textOf(row, 'fault', '—') },
    ],
    () => listLog('calls'),
  );
};
