import {
  type DocEntry,
  type DocScreen,
  listSpaces,
  rewriteDoc,
  type WikiSpace,
  writeDoc,
} from './doc-api.ts';
import { createPictures, type Pictures } from './doc-pictures.ts';
import { h, run } from './dom.ts';
import type { State } from './store.ts';
import { toast } from './toast.ts';

const ROLES = [
  ['', '不添加'],
  ['view', '可阅读'],
  ['edit', '可编辑'],
  ['full_access', '可管理'],
] as const;

const field = (label: string, control: HTMLElement): HTMLElement =>
  h('label', { class: 'doc-field' }, h('span', {}, label), control);

type Options = readonly (readonly [value: string, text: string])[];

const choice = (label: string, options: Options, chosen: string): HTMLSelectElement =>
  h(
    'select',
    { class: 'control', 'aria-label': label },
    ...options.map(([value, text]) => h('option', { value, selected: value === chosen }, text)),
  );

type Words = {
  readonly title: HTMLInputElement;
  readonly body: HTMLTextAreaElement;
  readonly pictures: Pictures;
};

const wordsOf = (doc: DocScreen | undefined): Words => {
  const pictures = createPictures();
  const title = h('input', {
    class: 'control',
    required: true,
    maxlength: 800,
    placeholder: '请输入标题',
    'aria-label': '标题',
  });
  const body = h('textarea', {
    class: 'control',
    rows: 14,
    placeholder: '支持 Markdown：标题、列表、表格、图片',
    'aria-label': '正文',
  });
  title.value = doc?.title ?? '';
  body.value = pictures.hide(doc?.source ?? '');
  return { title, body, pictures };
};

const writtenIn = ({
  title,
  body,
  pictures,
}: Words): { readonly title: string; readonly markdown: string } => ({
  title: title.value.trim(),
  markdown: pictures.restore(body.value),
});

/** A file picker behind a button; the picture goes where the caret is. */
const pictureButton = ({ body, pictures }: Words): HTMLElement => {
  const input = h('input', { type: 'file', accept: 'image/*', hidden: true, 'aria-label': '选择图片' });
  const insert = async (file: File): Promise<void> => {
    body.setRangeText(`\n\n${await pictures.add(file)}\n\n`, body.selectionStart, body.selectionEnd, 'end');
    body.focus();
  };
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) run(insert(file));
    input.value = '';
  });
  const press = (): void => {
    input.click();
  };
  const button = h(
    'button',
    { type: 'button', class: 'btn btn-default btn-small', onclick: press },
    '插入图片',
  );
  return h('div', {}, input, button);
};

type Places = {
  readonly nodes: readonly HTMLElement[];
  readonly read: () => { readonly spaceId?: string; readonly apps: Readonly<Record<string, string>> };
};

/** Where a new document goes, and which apps may read it. */
const placesOf = ({ apps }: State, spaces: readonly WikiSpace[]): Places => {
  const inSpaces = spaces.map(({ spaceId, name }) => [spaceId, `知识库：${name}`] as const);
  const space = choice('位置', [['', '我的文档'], ...inSpaces], '');
  const roles = apps.map(({ appId, name }) => {
    const label = `文档应用：${name}`;
    return { appId, label, control: choice(label, ROLES, 'view') };
  });
  return {
    nodes: [
      field('位置', space),
      ...roles.map(({ label, control }) => field(label, control)),
      h('small', { class: 'muted' }, '应用要先被添加为文档应用，才能读取这篇文档。'),
    ],
    read: () => ({
      ...(space.value === '' ? {} : { spaceId: space.value }),
      apps: Object.fromEntries(
        roles.map(({ appId, control }) => [appId, control.value] as const).filter(([, role]) => role !== ''),
      ),
    }),
  };
};

type Editing = {
  readonly words: Words;
  readonly places: Places | undefined;
  readonly save: () => Promise<DocEntry>;
};

const editingOf = async ({ me, ...state }: State, doc: DocScreen | undefined): Promise<Editing> => {
  const unionId = me?.unionId ?? '';
  const words = wordsOf(doc);
  if (doc)
    return { words, places: undefined, save: () => rewriteDoc(unionId, doc.documentId, writtenIn(words)) };
  const places = placesOf({ me, ...state }, await listSpaces());
  return { words, places, save: () => writeDoc(unionId, { ...writtenIn(words), ...places.read() }) };
};

const buttons = (label: string, cancel: () => void): HTMLElement =>
  h(
    'div',
    { class: 'confirm-buttons' },
    h('button', { type: 'button', class: 'btn btn-default btn-medium', onclick: cancel }, '取消'),
    h('button', { type: 'submit', class: 'btn btn-primary_filled btn-medium' }, label),
  );

type Asked = { readonly doc: DocScreen | undefined; readonly done: (entry?: DocEntry) => void };

/** A form for a new document, or for what its author goes on writing; `done` without an entry when it is given up. */
export const docEditor = async (state: State, { doc, done }: Asked): Promise<HTMLElement> => {
  const { words, places, save } = await editingOf(state, doc);
  const title = doc ? '编辑文档' : '新建文档';
  const form = h(
    'form',
    { class: 'doc-editor', 'aria-label': title },
    h('h2', {}, title),
    field('标题', words.title),
    field('正文（Markdown）', words.body),
    pictureButton(words),
    ...(places?.nodes ?? []),
    buttons(doc ? '保存' : '创建', () => {
      done();
    }),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const saved = save().then(done, (error: unknown) => {
      console.error(error);
      toast('文档没有保存，请检查模拟器是否在运行', 'error');
    });
    run(saved);
  });
  return form;
};
