import { clockTime } from '../../shared/calendar/day.ts';
import type { Step } from '../../shared/delivery/explain-delivery.ts';
import { reasonInWords } from '../../shared/digests/reason-words.ts';
import type { Inbox, Receipt } from '../../shared/store/inbox.ts';

type QuestionDeps = { readonly inbox: Pick<Inbox, 'find'>; readonly appIds: readonly string[] };

const endOf = ({ state, reason, attempts }: Receipt): Step => {
  if (state === 'done') return { code: `receipt_done:${reason ?? ''}`, text: '已处理', detail: true };
  if (state === 'dead') {
    const text = `处理 ${attempts} 次都没有成功，待人工处理：${reasonInWords(reason)}`;
    return { code: `receipt_dead:${reason ?? ''}`, text };
  }
  return { code: 'receipt_waiting', text: '排队等待处理' };
};

/** What became of the message or menu click that a subject answers, before anything was planned. */
export const questionSteps = async (
  { inbox, appIds }: QuestionDeps,
  subject: string,
): Promise<readonly Step[]> => {
  const [kind = '', id = ''] = subject.split(/:(.*)/s, 2);
  if (kind !== 'reply' && kind !== 'menu') return [];
  // A menu's subject holds the receipt's whole id, a reply's only the message's.
  const ids = kind === 'menu' ? [id] : appIds.map((appId) => `feishu:${appId}#${id}`);
  const found = (await Promise.all(ids.map((each) => inbox.find(each)))).find((receipt) => receipt);
  if (!found) return [{ code: 'receipt_unknown', text: '没有收到过这条提问' }];
  const at = clockTime(new Date(found.eventAt ?? found.receivedAt));
  return [{ code: 'received', text: `${at} 收到提问`, detail: true }, endOf(found)];
};
