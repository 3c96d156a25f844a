import { carriedBy } from '../../shared/follow-ups/change.ts';
import type { FollowUp } from '../../shared/follow-ups/follow-up.ts';
import { log } from '../../shared/log.ts';
import type { ReceiptRow } from '../../shared/store/inbox.ts';
import type { Click } from './click.ts';
import { type Decision, decide, type Toast } from './decide.ts';
import { answerOf, type CardReply, inTime, say, type Waiting } from './in-time.ts';
import { type CardDeps, cardFor, look } from './own-copy.ts';

type Clicked = Click & { readonly sender: string; readonly appId: string };

/** What is left to do when the row has changed: the other copies at once, a reminder in its time. */
const receiptsFor = (deps: CardDeps, click: Clicked, remindAt: Date | undefined): readonly ReceiptRow[] => {
  const { sender, appId, eventId, item, since, subject, person, chatId } = click;
  const about = { item, since, subject, person, chatId, answer: deps.cardAnswer };
  const receipt = (more: object) => ({
    id: `card:${appId}#${eventId}`,
    sender,
    at: deps.now(),
    body: deps.seal(JSON.stringify({ event: { ...about, ...more } })),
  });
  const changed = { ...receipt({}), eventType: 'zhida.follow_up.changed' };
  if (!remindAt) return [changed];
  const until = remindAt.toISOString();
  const remind = { ...receipt({ until }), eventType: 'zhida.follow_up.remind', notBefore: remindAt };
  return [changed, { ...remind, id: `${remind.id}#later` }];
};

/** Two people at once: each round somebody else was faster, and there are only so many who click in the same second. */
const rounds = 4;

type Done = { readonly decision: Decision; readonly followUp: FollowUp };

const change = async (deps: CardDeps, click: Clicked, first: FollowUp): Promise<Done | undefined> => {
  let followUp: FollowUp | undefined = first;
  for (let round = 0; followUp && round < rounds; round += 1) {
    const by = followUp.people.find(({ person }) => person === click.person);
    if (!by) return { decision: { kind: 'told', toast: noRight }, followUp };
    const decision = decide(followUp, click.act, { by, now: deps.now() });
    if (decision.kind === 'told') return { decision, followUp };
    const after = carriedBy(click.subject)(decision.followUp);
    const receipts = receiptsFor(deps, click, decision.remindAt);
    if (await deps.followUps.change(followUp, after, receipts)) return { decision, followUp: after };
    followUp = await deps.followUps.find(click);
  }
  return undefined;
};

const noRight: Toast = { type: 'warning', content: '无权限：仅收到这条提醒的人可以操作' };

const logged = (click: Clicked, kind: string): void => {
  const { sender, eventId, item } = click;
  log.info('card_action', { sender, eventId, item, do: click.act.do, kind });
};

/** One click, one conditional write: durable with all that follows from it before it is answered. */
const actOnCard =
  (deps: CardDeps) =>
  async (click: Clicked, waiting: Waiting): Promise<CardReply> => {
    const seen = await look(deps, click);
    if (!seen) {
      logged(click, 'unknown');
      return say('warning', '这条提醒不在你的卡片上，无法操作');
    }
    const done = await change(deps, click, seen.followUp);
    if (!done) {
      logged(click, 'crowded');
      return say('warning', '很多人同时在操作，请再点一次');
    }
    logged(click, done.decision.kind);
    const { decision, followUp } = done;
    waiting.say(decision.toast);
    return answerOf(decision.toast, await cardFor(deps, click, { copy: seen.copy, followUp, waiting }));
  };

export type ActInTimeDeps = CardDeps & {
  /** Feishu hangs up after 3 s and never repeats a click: better a clear answer than none. */
  readonly answerWithinMs: number;
};

export const actInTime =
  (deps: ActInTimeDeps) =>
  (click: Clicked): Promise<CardReply> =>
    inTime(deps.answerWithinMs)(click, (waiting) => actOnCard(deps)(click, waiting));
