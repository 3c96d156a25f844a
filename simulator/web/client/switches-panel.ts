import { getSwitches, putSwitches, type Switches } from './api.ts';
import { h, run } from './dom.ts';
import type { Panel } from './simulator-page.ts';
import { type Amount, type Choice, CONTROLS, type Control } from './switch-controls.ts';
import { toast } from './toast.ts';

type Change = (value: unknown) => void;

const choiceInput = (
  { options, label }: Choice & { readonly label: string },
  value: unknown,
  change: Change,
): HTMLElement => {
  const select = h(
    'select',
    { class: 'control', 'aria-label': label },
    ...options.map(([own, text]) => h('option', { value: String(own), selected: own === value }, text)),
  );
  select.addEventListener('change', () => {
    change(options[select.selectedIndex]?.[0]);
  });
  return select;
};

const amountInput = (
  { unit, label, isOptional }: Amount & { readonly label: string },
  value: unknown,
  change: Change,
): HTMLElement => {
  const input = h('input', {
    class: 'control',
    type: 'number',
    min: 0,
    inputmode: 'numeric',
    'aria-label': label,
    placeholder: isOptional ? '不限' : undefined,
  });
  input.value = typeof value === 'number' ? String(value) : '';
  input.addEventListener('change', () => {
    if (input.value !== '') change(Number(input.value));
    else if (isOptional) change(null);
  });
  return h('span', { class: 'amount' }, input, unit);
};

const toggleInput = (label: string, value: unknown, change: Change): HTMLElement => {
  const input = h('input', {
    type: 'checkbox',
    role: 'switch',
    class: 'toggle',
    'aria-label': label,
    checked: value === true,
  });
  input.addEventListener('change', () => {
    change(input.checked);
  });
  return input;
};

const inputFor = (control: Control, value: unknown, change: Change): HTMLElement => {
  if (control.kind === 'choice') return choiceInput(control, value, change);
  return control.kind === 'amount'
    ? amountInput(control, value, change)
    : toggleInput(control.label, value, change);
};

const switchLine = (control: Control, value: unknown, change: Change): HTMLElement =>
  h(
    'div',
    { class: 'switch' },
    h(
      'span',
      { class: 'switch-text' },
      h('strong', {}, control.label),
      h('span', { class: 'muted' }, control.hint),
    ),
    inputFor(control, value, change),
  );

/** Whether the simulator took it. */
const save = async (patch: Switches): Promise<boolean> => {
  try {
    await putSwitches(patch);
    toast('已生效', 'success');
    return true;
  } catch (error) {
    console.error(error);
    toast('这个值不被接受', 'error');
    return false;
  }
};

/** 开关: redrawn only when a value changed elsewhere and nobody is typing here. */
export const switchesPanel = (): Panel => {
  const node = h('section', { class: 'panel switches' });
  let shown = '';
  const refresh = async (): Promise<void> => {
    const switches = await getSwitches();
    const print = JSON.stringify(switches);
    if (print === shown || node.contains(document.activeElement)) return;
    shown = print;
    const known = CONTROLS.filter(({ key }) => key in switches);
    node.replaceChildren(
      ...known.map((control) =>
        switchLine(control, switches[control.key], (value) => {
          run(
            save({ [control.key]: value }).then((isTaken) => {
              if (!isTaken) shown = '';
            }),
          );
        }),
      ),
    );
  };
  return { label: '开关', node, refresh };
};
