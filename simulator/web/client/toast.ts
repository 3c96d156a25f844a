import { h } from './dom.ts';

const SHOWN_MS = 3200;
const KINDS = ['info', 'success', 'error', 'warning'];

const region = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });

/** A short notice at the top, as Feishu shows the `toast` of a callback's answer. */
export const toast = (content: string, kind = 'info'): void => {
  if (!region.isConnected) document.body.append(region);
  const note = h('div', { class: `toast toast-${KINDS.includes(kind) ? kind : 'info'}` }, content);
  region.append(note);
  setTimeout(() => {
    note.remove();
  }, SHOWN_MS);
};
