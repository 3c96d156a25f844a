/**
 * What people have touched in any of our Bases and nobody has looked at yet: one row per record, in `tickets`.
 *
 * Access patterns
 *  queue     partition `edit#<app token>#<table id>`, item record id: a touch is added to those that wait
 *  list      index `base`, shard `edits`, the longest waiting first
 *  finish    the same row, when nothing was added since it was read
 *  postpone  the same row: listed again from then on
 */
import * as z from 'zod';
import { baseIndex } from './base-rows.ts';
import { type Table, table } from './table.ts';

const touchSchema = z.object({
  /** `checked`: an administrator found it out of step; all of it is put back. */
  action: z.enum(['added', 'edited', 'deleted', 'checked']),
  /** Grows with every change of the table. */
  revision: z.number(),
  /** union_id; absent: something that is no person. */
  who: z.string().optional(),
  /** Ids of the fields. */
  fields: z.array(z.string()),
});
export type BaseTouch = z.output<typeof touchSchema>;

const editSchema = z.object({
  ticket: z.string(),
  item: z.string(),
  stamp: z.string(),
  touches: z.array(touchSchema),
  baseAt: z.string(),
});
/** One record that people have touched since it was last looked at. */
export type BaseEdit = {
  readonly appToken: string;
  readonly tableId: string;
  readonly recordId: string;
  readonly stamp: string;
  readonly touches: readonly BaseTouch[];
  readonly at: string;
};
export type NewEdit = Pick<BaseEdit, 'appToken' | 'tableId' | 'recordId' | 'stamp'> & {
  readonly touch: BaseTouch;
};

const keySchema = z.object({ ticket: z.string(), item: z.string() });
type Rows = Table<typeof editSchema>;

const keyOf = ({ appToken, tableId, recordId }: Pick<BaseEdit, 'appToken' | 'tableId' | 'recordId'>) => ({
  ticket: `edit#${appToken}#${tableId}`,
  item: recordId,
});

const queue =
  (rows: Rows): EditQueue['queue'] =>
  async ({ stamp, touch, ...where }, now) => {
    await rows.update(keyOf(where), {
      UpdateExpression:
        'SET stamp = :stamp, touches = list_append(if_not_exists(touches, :none), :touch), #work = :work, baseShard = :shard, baseAt = if_not_exists(baseAt, :now)',
      ExpressionAttributeNames: { '#work': 'work' },
      ExpressionAttributeValues: {
        ':stamp': stamp,
        ':none': [],
        ':touch': [touch],
        ':work': 'base',
        ':shard': 'edits',
        ':now': now.toISOString(),
      },
    });
  };

const toEdit = ({ ticket, item, stamp, touches, baseAt }: z.output<typeof editSchema>): BaseEdit => {
  const [, appToken = '', tableId = ''] = ticket.split('#');
  return { appToken, tableId, recordId: item, stamp, touches, at: baseAt };
};

const list =
  (rows: Rows): EditQueue['list'] =>
  async (now, limit) => {
    const waiting = {
      IndexName: baseIndex,
      KeyConditionExpression: 'baseShard = :shard AND baseAt <= :now',
      ExpressionAttributeValues: { ':shard': 'edits', ':now': now.toISOString() },
    };
    const keys = await rows.queryKeys(keySchema, waiting, limit);
    const found = await Promise.all(keys.map(({ ticket, item }) => rows.get({ ticket, item })));
    return found.flatMap((row) => (row ? [toEdit(row)] : []));
  };

export type EditQueue = {
  /** Wakes whoever reads the edits. The same touch twice changes nothing that they do. */
  readonly queue: (edit: NewEdit, now: Date) => Promise<void>;
  readonly list: (now: Date, limit: number) => Promise<readonly BaseEdit[]>;
  /** It was looked at as it was read; what came meanwhile waits on. */
  readonly finish: (edit: BaseEdit) => Promise<void>;
  /** It can't be looked at now. */
  readonly postpone: (edit: BaseEdit, until: Date) => Promise<void>;
};

/** `name`: the table `tickets`. */
export const editQueue = (name: string): EditQueue => {
  const rows = table(name, editSchema);
  return {
    queue: queue(rows),
    list: list(rows),
    finish: async ({ stamp, ...where }) => {
      const unchanged = {
        ConditionExpression: 'stamp = :stamp',
        ExpressionAttributeValues: { ':stamp': stamp },
      };
      await rows.remove(keyOf(where), unchanged);
    },
    postpone: async ({ stamp, ...where }, until) => {
      await rows.update(keyOf(where), {
        UpdateExpression: 'SET baseAt = :until',
        ConditionExpression: 'stamp = :stamp',
        ExpressionAttributeValues: { ':until': until.toISOString(), ':stamp': stamp },
      });
    },
  };
};
