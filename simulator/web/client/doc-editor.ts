import { type DocEntry, listSpaces, type WikiSpace, writeDoc } from './doc-api.ts';
import { h, run } from './dom.ts';
import type { State } from './store.ts';
import { toast } from './toast.ts';

const ROLES = [
  ['', '不添加'],
  ['view', '可阅读'],
  ['edit', '可编辑'],
  ['full_access', '可管理'],
] as const;

const field = (label: string, control: HTMLElement, hint?: string): HTMLElement =>
  h(
    'label',
    { class: 'doc-field' },
    h('span', {}, label),
    control,
    hint === undefined ? undefined : h('small', { class: 'muted' }, hint),
  );

const choice = (
  label: string,
  options: readonly (readonly [string, string])[],
  chosen: string,
): HTMLSelectElement =>
  h(
    'select',
    { class: 'control', 'aria-label': label },
    ...options.map(([value, text]) => h('option', { value, selected: value === chosen }, text)),
  );

type Fields = {
  readonly title: HTMLInputElement;
  readonly body: HTMLTextAreaElement;
  readonly space: HTMLSelectElement;
  readonly apps: readonly (readonly [string, HTMLSelectElement])[];
};

const fieldsOf = ({ apps }: State, spaces: readonly WikiSpace[]): Fields => ({
  title: h('input', {
    class: 'control',
    required: true,
    maxlength: 800,
    placeholder: '请输入标题',
    'aria-label': '标题',
  }),
  body: h('textarea', {
    class: 'control',
    rows: 14,
    placeholder: '支持 Markdown：标题、列表、表格、图片',
    'aria-label': '正文',
  }),
  space: choice(
    '位置',
    [['', '我的文档'], ...spaces.map(({ spaceId, name }) => [spaceId, `知识库：${name}`] as const)],
    '',
  ),
  apps: apps.map(({ appId, name }) => [appId, choice(`文档应用 ${name}`, ROLES, 'view')] as const),
});

const save = ({ me }: State, { title, body, space, apps }: Fields): Promise<DocEntry | undefined> => {
  if (!me) return Promise.resolve(undefined);
  const roles = apps.map(([appId, { value }]) => [appId, value] as const).filter(([, role]) => role !== '');
  return writeDoc(me.unionId, {
    title: title.value.trim(),
    markdown: body.value,
    ...(space.value === '' ? {} : { spaceId: space.value }),
    apps: Object.fromEntries(roles),
  });
};

/** A form for a new document; `done` with its entry, or without one when nobody wants it any more. */
export const docEditor = async (state: State, done: (entry?: DocEntry) => void): Promise<HTMLElement> => {
  const fields = fieldsOf(state, await listSpaces());
  const cancel = (): void => {
    done();
  };
  const form = h(
    'form',
    { class: 'doc-editor', 'aria-label': '新建文档' },
    h('h2', {}, '新建文档'),
    field('标题', fields.title),
    field('正文（Markdown）', fields.body),
    field('位置', fields.space),
    ...fields.apps.map(([appId, control]) =>
      field(`文档应用：${state.apps.find((app) => app.appId === appId)?.name ?? appId}`, control),
    ),
    h('small', { class: 'muted' }, '应用要先被添加为文档应用，才能读取这篇文档。'),
    h(
      'div',
      { class: 'confirm-buttons' },
      h('button', { type: 'button', class: 'btn btn-default btn-medium', onclick: cancel }, '取消'),
      h('button', { type: 'submit', class: 'btn btn-primary_filled btn-medium' }, '创建'),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const saved = save(state, fields).then(done, (error: unknown) => {
      console.error(error);
      toast('文档没有创建，请检查模拟器是否在运行', 'error');
    });
    run(saved);
  });
  return form;
};
