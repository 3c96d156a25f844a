import { type CrowdView, getCrowd, putCrowd } from './crowd-api.ts';
import { h, run } from './dom.ts';
import type { Panel } from './simulator-page.ts';
import type { Store } from './store.ts';
import { fullTime } from './time.ts';

const SPEEDS = [
  [1, '原速'],
  [10, '10 倍'],
  [60, '60 倍（1 分钟过 1 小时）'],
  [600, '600 倍'],
] as const;

const countsText = ({ on, now, counts }: CrowdView): string =>
  on
    ? `同事们的时间 ${fullTime(now)}　看过 ${counts.looked} 次　打开文档 ${counts.opened} 次　确认 ${counts.confirmed} 次`
    : '关着：除了你，没有人会看消息';

const line = (title: string, hint: string, control: HTMLElement): HTMLElement =>
  h(
    'div',
    { class: 'switch' },
    h('span', { class: 'switch-text' }, h('strong', {}, title), h('span', { class: 'muted' }, hint)),
    control,
  );

/** 全员模拟: everybody but the person who is signed in reads, opens and confirms by themselves. */
export const crowdPanel = (store: Store): Panel => {
  const on = h('input', { type: 'checkbox', role: 'switch', class: 'toggle', 'aria-label': '全员模拟' });
  const speed = h(
    'select',
    { class: 'control', 'aria-label': '速度' },
    ...SPEEDS.map(([value, text]) => h('option', { value, selected: value === 60 }, text)),
  );
  const counts = h('p', { class: 'muted', role: 'status' });
  const show = (view: CrowdView): void => {
    on.checked = view.on;
    if (view.on && document.activeElement !== speed) speed.value = String(view.speed);
    counts.textContent = countsText(view);
  };
  const put = (): void => {
    const { me } = store.get();
    const setting = { on: on.checked, speed: Number(speed.value), spared: me ? [me.unionId] : [] };
    run(putCrowd(setting).then(show));
  };
  on.addEventListener('change', put);
  speed.addEventListener('change', put);
  const node = h(
    'section',
    { class: 'panel switches' },
    line('全员模拟', '同事们各按习惯看消息、开文档、点「我已阅读并知悉」；你登录的人除外', on),
    line('速度', '下班时打开，他们的时间从下一个上班时刻开始', speed),
    counts,
  );
  return {
    label: '全员',
    node,
    refresh: async () => {
      show(await getCrowd());
    },
  };
};
