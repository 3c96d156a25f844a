import type { EditQueue } from '../../shared/store/edit-queue.ts';
import { parsers } from './events.ts';
import type { Occurrence, Reacted } from './reactions.ts';

type ChangesDeps = { readonly edits: Pick<EditQueue, 'queue'>; readonly now: () => Date };

const actions = { record_added: 'added', record_edited: 'edited', record_deleted: 'deleted' } as const;

/**
 * People changed rows of a Base: base-sync looks at them. Our own writes come back as events too; we are the subscriber,
 * so we know ourselves by its id (open.feishu.cn/document/server-docs/docs/drive-v1/event/list/bitable-record-changed).
 */
export const queueBaseChanges = async (
  { edits, now }: ChangesDeps,
  { id, event }: Pick<Occurrence, 'id' | 'event'>,
): Promise<Reacted> => {
  const { file_token, table_id, revision, operator_id, ...changed } = parsers.baseChanged(event);
  const isOurs = changed.subscriber_id_list.some(({ open_id }) => open_id === operator_id.open_id);
  if (isOurs) return { kind: 'done', reason: 'own_write' };
  const { union_id: who } = operator_id;
  for (const { record_id: recordId, action, before_value, after_value } of changed.action_list) {
    const fields = [...new Set([...before_value, ...after_value].map(({ field_id }) => field_id))];
    const touch = { action: actions[action], revision, fields, ...(who !== undefined && { who }) };
    await edits.queue({ appToken: file_token, tableId: table_id, recordId, stamp: id, touch }, now());
  }
  return { kind: 'done', reason: 'edits_queued' };
};
