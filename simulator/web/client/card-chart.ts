import type { IVChart } from '@visactor/vchart';
import type { Renderer } from './card-context.ts';
import { applyBox } from './card-style.ts';
import { showLarge } from './dialog.ts';
import { h, run } from './dom.ts';
import { icon } from './icons.ts';
import { childOf, flagOf, type Json, textOf } from './json.ts';

type Chart = Pick<IVChart, 'renderAsync' | 'release'>;
type ChartClass = new (spec: unknown, options: Readonly<Record<string, unknown>>) => Chart;

declare global {
  var VChart: { readonly default: ChartClass } | undefined;
}

const SOURCE = '/assets/vchart.js';
const RATIO = /^(\d{1,2}):(\d{1,2})$/;
const HEIGHT = /^\d{1,3}px$/;
const FONT = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const FONT_WAIT_MS = 2000;
/** The palette a chart gets when its spec names no colours. */
const PALETTE = ['#3370ff', '#50cefb', '#935af6', '#ff8800', '#04b49c', '#f54a45', '#ffc60a', '#7f3bf5'];

let library: Promise<ChartClass> | undefined;

/** The library is two megabytes, so it is fetched with the first chart. */
const loadLibrary = (): Promise<ChartClass> => {
  library ??= new Promise<ChartClass>((resolve, reject) => {
    const script = h('script', { src: SOURCE });
    script.addEventListener('load', () => {
      if (globalThis.VChart) resolve(globalThis.VChart.default);
      else reject(new Error('VChart did not define itself'));
    });
    script.addEventListener('error', () => {
      library = undefined;
      reject(new Error('VChart could not be loaded'));
    });
    document.head.append(script);
  });
  return library;
};

/** A canvas draws once with the font it has, so the glyphs of the spec's own text are loaded first. */
const fontsFor = (spec: Json): Promise<unknown> =>
  Promise.race([
    document.fonts.load(`12px 'Noto Sans SC'`, JSON.stringify(spec)),
    new Promise((resolve) => setTimeout(resolve, FONT_WAIT_MS)),
  ]);

/** VChart's own margins suit a page; a card on a phone has no room for them. */
const themeOf = (isPhone: boolean): Json => ({
  fontFamily: FONT,
  padding: isPhone ? 4 : 8,
  component: {
    title: {
      textStyle: { fontSize: isPhone ? 13 : 14, lineHeight: 20 },
      padding: { top: 0, bottom: 8, left: 0, right: 0 },
    },
    axis: { label: { style: { fontSize: isPhone ? 10 : 12 } } },
  },
});

const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

const draw = async (spec: Json, host: HTMLElement): Promise<void> => {
  const [VChart] = await Promise.all([loadLibrary(), fontsFor(spec)]);
  const full = {
    color: PALETTE,
    background: 'transparent',
    ...structuredClone(spec),
    ...(isStill() ? { animation: false } : {}),
  };
  const isPhone = matchMedia('(max-width: 640px)').matches;
  const chart = new VChart(full, {
    dom: host,
    mode: isPhone ? 'mobile-browser' : 'desktop-browser',
    theme: themeOf(isPhone),
    dpr: Math.max(2, devicePixelRatio),
  });
  await chart.renderAsync();
  host.dataset['drawn'] = 'yes';
};

const drawOrSay = async (spec: Json, host: HTMLElement): Promise<void> => {
  try {
    await draw(spec, host);
  } catch (error) {
    console.error(error);
    host.replaceChildren(h('span', { class: 'muted' }, '图表加载失败'));
  }
};

/** Draws when the chart comes near the screen. */
const drawWhenSeen = (spec: Json, host: HTMLElement): void => {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      run(drawOrSay(spec, host));
    },
    { rootMargin: '300px' },
  );
  observer.observe(host);
};

const sizeHost = (host: HTMLElement, element: Json): void => {
  const height = textOf(element, 'height');
  const [, wide = '', high = ''] = RATIO.exec(textOf(element, 'aspect_ratio')) ?? [];
  if (HEIGHT.test(height)) host.style.height = height;
  else if (wide !== '' && high !== '0') host.style.aspectRatio = `${wide} / ${high}`;
};

const titleOf = (spec: Json): string => textOf(childOf(spec, 'title'), 'text') || '图表';

const enlarge = (spec: Json): void => {
  const host = h('div', { class: 'chart chart-large' });
  showLarge(titleOf(spec), host);
  run(drawOrSay(spec, host));
};

const enlargeButton = (spec: Json): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'icon-button enlarge',
      'aria-label': `放大图表：${titleOf(spec)}`,
      onclick: () => {
        enlarge(spec);
      },
    },
    icon('enlarge', 16),
  );

/** 图表: drawn by VChart from the card's own `chart_spec`. Without a ratio it is 16:9, on phones 1:1, as in Feishu. */
export const renderChart: Renderer = (element, context) => {
  const spec = childOf(element, 'chart_spec') ?? {};
  const host = h('div', { class: 'chart' });
  host.setAttribute('role', 'img');
  host.setAttribute('aria-label', `图表：${titleOf(spec)}`);
  const node = h('div', { class: 'chart-box' }, host);
  sizeHost(host, element);
  applyBox(node, element, context.config);
  drawWhenSeen(spec, host);
  if (flagOf(element, 'preview', true)) node.append(enlargeButton(spec));
  return node;
};
