import type { Page } from 'playwright-core';

// Scripts that run in the page are texts: the project's types know no DOM, and only the client's sources should.

const COLOURED_PIXELS = `(() => {
  const canvas = document.querySelector('.chart canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200 && data[at + 2] - data[at] > 80) count += 1;
  return count;
})()`;

/** Pixels of the first chart that are neither transparent nor grey: bars, not axes. */
export const colouredPixels = (page: Page): Promise<number> => page.evaluate(COLOURED_PIXELS);

const WIDER_THAN_SCREEN = `Array.from(document.querySelectorAll('body *'))
  .filter((node) => {
    const { right, width } = node.getBoundingClientRect();
    return width > 0 && right > document.documentElement.clientWidth + 0.5 && !node.closest('.scroll-x');
  })
  .map((node) => node.tagName + ' ' + node.className)`;

/** What sticks out of the screen; wide tables may scroll in their own box. */
export const widerThanScreen = (page: Page): Promise<readonly string[]> => page.evaluate(WIDER_THAN_SCREEN);

const FONTS = `document.fonts.ready.then(() => ({
  covers: document.fonts.check("16px 'Noto Sans SC'", '晨报支付金额较昨日'),
  loaded: Array.from(document.fonts).filter(({ status }) => status === 'loaded').length,
}))`;

export const chineseFont = (page: Page): Promise<{ readonly covers: boolean; readonly loaded: number }> =>
  page.evaluate(FONTS);

const NAMELESS = `Array.from(document.querySelectorAll('button, a, input, select, textarea, iframe, [role="button"]'))
  .filter((node) => node.checkVisibility())
  .filter((node) => !(node.textContent.trim() || node.getAttribute('aria-label') || node.title || node.closest('label')?.textContent.trim()))
  .map((node) => node.outerHTML.slice(0, 120))`;

/** Controls that a screen reader could not name. */
export const namelessControls = (page: Page): Promise<readonly string[]> => page.evaluate(NAMELESS);

const PALE_TEXT = `(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const over = ([r, g, b, a = 1], under) => [r, g, b].map((value, at) => value * a + under[at] * (1 - a));
  const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => colour.map(channel).reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (node) => {
    if (!node) return [255, 255, 255];
    const style = getComputedStyle(node);
    const stop = style.backgroundImage.match(/rgba?\\([^)]*\\)/);
    const own = parse(stop ? stop[0] : style.backgroundColor);
    return own.length < 3 || own[3] === 0 ? ground(node.parentElement) : over(own, ground(node.parentElement));
  };
  const isText = (node) => Array.from(node.childNodes).some((child) => child.nodeType === 3 && child.textContent.trim());
  return Array.from(document.querySelectorAll('body *'))
    .filter((node) => isText(node) && node.checkVisibility({ opacityProperty: true }) && !node.closest('[aria-hidden],:disabled,select'))
    .map((node) => {
      const under = ground(node);
      const [light, dark] = [luminance(over(parse(getComputedStyle(node).color), under)), luminance(under)].sort((a, b) => b - a);
      return { text: node.textContent.trim().slice(0, 20), ratio: (light + 0.05) / (dark + 0.05) };
    })
    .filter(({ ratio }) => ratio < 4.5)
    .map(({ text, ratio }) => text + ' ' + ratio.toFixed(2));
})()`;

/** Texts with less contrast than WCAG 2.2 AA asks of normal text (4.5:1). */
export const paleText = (page: Page): Promise<readonly string[]> => page.evaluate(PALE_TEXT);

export const isHacked = (page: Page): Promise<boolean> => page.evaluate(`'hacked' in window`);

/** Scrolls the open chat to its first or last message. */
export const scrollMessages = (page: Page, to: 'top' | 'end'): Promise<unknown> =>
  page.evaluate(`document.querySelector('.messages').scrollTo(0, ${to === 'top' ? 0 : 1e6})`);
