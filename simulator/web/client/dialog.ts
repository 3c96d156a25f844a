import { h, run } from './dom.ts';
import { icon } from './icons.ts';

/** Shows a modal; resolves with what closed it (the button's value, or '' for Escape). */
const ask = (dialog: HTMLDialogElement): Promise<string> =>
  new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
  });

/** Feishu's second confirmation: 确认 or 取消. */
export const confirmed = async (title: string, text: string): Promise<boolean> => {
  const dialog = h(
    'dialog',
    { class: 'confirm', 'aria-label': title },
    h(
      'form',
      { method: 'dialog' },
      h('h2', {}, title),
      h('p', {}, text),
      h(
        'div',
        { class: 'confirm-buttons' },
        h('button', { value: '', class: 'btn btn-default btn-medium' }, '取消'),
        h('button', { value: 'yes', class: 'btn btn-primary_filled btn-medium', autofocus: true }, '确认'),
      ),
    ),
  );
  return (await ask(dialog)) === 'yes';
};

/** A modal that shows one thing larger, closed by its button, Escape or a click beside it. */
export const showLarge = (label: string, content: HTMLElement): void => {
  const dialog = h('dialog', { class: 'lightbox', 'aria-label': label });
  const shut = h(
    'button',
    {
      class: 'icon-button',
      'aria-label': '关闭',
      onclick: () => {
        dialog.close();
      },
    },
    icon('close', 20),
  );
  dialog.append(shut, content);
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  run(ask(dialog));
};
