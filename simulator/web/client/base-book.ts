import {
  addRow,
  type Base,
  deleteRow,
  editRow,
  listBases,
  readSheet,
  type Sheet,
  type Spot,
} from './base-api.ts';
import type { GridTasks } from './base-grid.ts';
import { run } from './dom.ts';
import { inOrder } from './refresh.ts';
import type { Store } from './store.ts';
import { toast } from './toast.ts';

const ROWS = 100;

/** What is on the screen; the sheet is absent until it was read. */
export type Open = {
  readonly bases: readonly Base[];
  readonly spot: Spot | undefined;
  readonly sheet: Sheet | undefined;
};

export type Book = { readonly open: () => Open; readonly tasks: GridTasks };

const EMPTY: Open = { bases: [], spot: undefined, sheet: undefined };

/** Says that a value was not taken: the simulator answers Feishu's own error text. */
const taken = async (work: Promise<unknown>): Promise<boolean> => {
  try {
    await work;
    return true;
  } catch (error) {
    console.warn(error);
    toast('没有保存：这个值填不进这一列', 'error');
    return false;
  }
};

const createTasks = (store: Store, load: () => Promise<void>, grow: () => void): GridTasks => {
  const change = async (work: (unionId: string, spot: Spot) => Promise<unknown>): Promise<boolean> => {
    const { me, spot } = store.get();
    const isTaken = me !== undefined && spot !== undefined && (await taken(work(me.unionId, spot)));
    await load();
    return isTaken;
  };
  return {
    edit: (recordId, { name }, value) =>
      change((unionId, spot) => editRow(unionId, spot, { recordId, fields: { [name]: value } })),
    add: async () => {
      await change((unionId, spot) => addRow(unionId, spot, {}));
    },
    remove: async (recordId) => {
      await change((unionId, spot) => deleteRow(unionId, spot, recordId));
    },
    more: async () => {
      grow();
      await load();
    },
  };
};

/** Reads the open table when it is opened and whenever it changes; an answer that was overtaken is dropped. */
export const createBook = (store: Store, onChange: () => void): Book => {
  let open = EMPTY;
  let limit = ROWS;
  let shown = '';
  const ask = inOrder();
  const load = async (): Promise<void> => {
    const isNews = ask();
    const { spot } = store.get();
    const [bases, sheet] = await Promise.all([
      listBases(),
      spot ? readSheet(spot, limit).catch(() => undefined) : undefined,
    ]);
    if (store.get().spot !== spot || !isNews()) return;
    open = { bases, spot, sheet };
    onChange();
  };
  store.watch(({ view, me, spot, baseTurn }) => {
    const next = view === 'base' && me ? JSON.stringify([me.unionId, spot, baseTurn]) : '';
    if (next === shown) return;
    if (JSON.stringify(spot) !== JSON.stringify(open.spot)) limit = ROWS;
    shown = next;
    if (next !== '') run(load());
  });
  const grow = (): void => {
    limit += ROWS;
  };
  return { open: () => open, tasks: createTasks(store, load, grow) };
};
