import { crowdPanel } from './crowd-panel.ts';
import { h, run } from './dom.ts';
import { faultsPanel } from './faults-panel.ts';
import { callsPanel, eventsPanel } from './log-panel.ts';
import type { Store } from './store.ts';
import { switchesPanel } from './switches-panel.ts';

const POLL_MS = 2000;

/** A tab of the simulator page; `refresh` runs when it is opened and every two seconds while it shows. */
export type Panel = {
  readonly label: string;
  readonly node: HTMLElement;
  readonly refresh: () => Promise<void>;
};

const tab = (panel: Panel, index: number, choose: (index: number) => void): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      role: 'tab',
      class: 'tab',
      'aria-controls': `panel-${index}`,
      onclick: () => {
        choose(index);
      },
    },
    panel.label,
  );

const walkTabs = (tabs: readonly HTMLElement[], event: KeyboardEvent): void => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = tabs.findIndex((one) => one === document.activeElement);
  if (step === undefined || at < 0) return;
  const next = tabs[(at + step + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
};

type Tabs = {
  readonly list: HTMLElement;
  readonly choose: (index: number) => void;
  readonly open: () => Panel | undefined;
};

const createTabs = (panels: readonly Panel[]): Tabs => {
  let open = 0;
  const choose = (index: number): void => {
    open = index;
    tabs.forEach((one, at) => {
      one.setAttribute('aria-selected', String(at === index));
      one.tabIndex = at === index ? 0 : -1;
    });
    panels.forEach(({ node }, at) => {
      node.hidden = at !== index;
    });
    run(panels[index]?.refresh() ?? Promise.resolve());
  };
  const tabs = panels.map((panel, index) => tab(panel, index, choose));
  panels.forEach(({ node, label }, index) => {
    node.id = `panel-${index}`;
    node.setAttribute('role', 'tabpanel');
    node.setAttribute('aria-label', label);
  });
  const list = h('div', { class: 'tabs', role: 'tablist', 'aria-label': '模拟器' }, ...tabs);
  list.addEventListener('keydown', (event) => {
    walkTabs(tabs, event);
  });
  return { list, choose, open: () => panels[open] };
};

/** 模拟器: what Feishu's documents leave open, what was pushed and called, what should go wrong. */
export const simulatorPage = (store: Store): HTMLElement => {
  const panels: readonly Panel[] = [
    eventsPanel(),
    callsPanel(),
    switchesPanel(),
    faultsPanel(),
    crowdPanel(store),
  ];
  const tabs = createTabs(panels);
  let isShown = false;
  setInterval(() => {
    if (isShown && document.visibilityState === 'visible') run(tabs.open()?.refresh() ?? Promise.resolve());
  }, POLL_MS);
  store.watch(({ view }) => {
    const isNow = view === 'simulator';
    const open = tabs.open();
    if (isNow && !isShown) tabs.choose(open ? panels.indexOf(open) : 0);
    isShown = isNow;
  });
  return h(
    'main',
    { class: 'page simulator' },
    h(
      'header',
      {},
      h('h1', {}, '模拟器'),
      h('p', { class: 'muted' }, '飞书文档没有写明的行为、推送与调用记录、故障注入、同事们自己看消息'),
    ),
    tabs.list,
    ...panels.map(({ node }) => node),
  );
};
