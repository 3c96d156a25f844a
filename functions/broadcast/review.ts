import { findMeant, type Meant } from '../../shared/broadcasts/audience.ts';
import { type Broadcast, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { readMembers } from '../../shared/broadcasts/snapshot.ts';
import { topicOf } from '../../shared/delivery/modes.ts';
import type { Who } from '../../shared/tickets/ticket.ts';
import { approversOf } from './approvers.ts';
import { findGroups, missingWords } from './groups.ts';
import type { ApprovalFacts } from './post-cards.ts';
import { backToDraft } from './problem.ts';
import { approvalOf, settleForms } from './settle-questions.ts';
import { showTo, tellEditors } from './tell.ts';
import { type BroadcastDeps, type Next, rest, type Turn } from './turn.ts';

/** Cards a minute of the bulk lane when nobody else sends: shared/delivery/slot-log.ts. */
const perMinute = 900;
const minuteMs = 60_000;
/** Approvers leave and come while a post waits for them. */
const lookEveryMs = 24 * 60 * minuteMs;

const nobodyToApprove = {
  code: 'no_approver',
  message: '没有可以审批的人：审批人已离职，或都参与了起草。请联系管理员调整该订阅号的审批人',
};

/** Who is meant by a post now. */
export const meantBy = async (
  { people }: Pick<BroadcastDeps, 'people'>,
  { audience }: Pick<Broadcast, 'audience'>,
  now: Date,
): Promise<Meant> => {
  const [here, outside] = await Promise.all([people.listHere(), people.listOutside()]);
  return findMeant({ here, outside }, audience, now);
};

/** The account's last post that was sent. */
const lastSent = async ({ broadcasts }: BroadcastDeps, of: Broadcast): Promise<Broadcast | undefined> =>
  (await broadcasts.listOfAccount(of.account)).find(
    ({ broadcast, snapshots }) => broadcast !== of.broadcast && snapshots.length > 0,
  );

type Named = { readonly person: string; readonly name: string };

const differenceOf = async (
  deps: BroadcastDeps,
  of: Broadcast,
  meant: readonly Named[],
): Promise<ApprovalFacts['difference']> => {
  const last = await lastSent(deps, of);
  if (!last) return undefined;
  const before = await readMembers(deps.contents)(last);
  const [was, is] = [before, meant].map((list) => new Set(list.map(({ person }) => person)));
  return {
    added: meant.filter(({ person }) => was?.has(person) === false).map(({ name }) => name),
    removed: before.filter(({ person }) => is?.has(person) === false).map(({ name }) => name),
  };
};

/** One call for each card, one for each group and one to list them; a Markdown article takes about a dozen to publish. */
const publishCalls = 12;

const callsFor = (of: Broadcast, reachable: number, groups: number): number =>
  reachable + (groups > 0 ? groups + 1 : 0) + (of.article.kind === 'markdown' ? publishCalls : 0);

/** What an approver has to know before they agree. */
export const approvalFacts = async (
  deps: BroadcastDeps,
  { broadcast, account, now }: Pick<Turn, 'broadcast' | 'account' | 'now'>,
): Promise<ApprovalFacts> => {
  const { reachable, unreachable } = await meantBy(deps, broadcast, now);
  const { calls, quota } = await deps.budget.standing(now);
  const difference = await differenceOf(deps, broadcast, [...reachable, ...unreachable]);
  const groups = await findGroups(deps)({ broadcast, account });
  const approvers = approversOf(await deps.people.listHere(), { account, broadcast, now });
  return {
    people: [...reachable, ...unreachable].map(({ name }) => name),
    reachable: reachable.length,
    unreachable: unreachable.map(({ name, reason }) => ({ name, reason })),
    ...(difference && { difference }),
    ...(groups.missing.length > 0 && { groupWarning: missingWords(account, groups.missing) }),
    calls: callsFor(broadcast, reachable.length, groups.found.length),
    callsLeft: quota === null ? null : Math.max(0, quota - calls),
    sendingMs: Math.ceil((reachable.length / perMinute) * minuteMs),
    approvers: approvers.map(({ person, name }) => ({ person, name })),
  };
};

/** None of them hears of it: only the trial list gets anything that it hasn't asked for. */
const areUnheard = async ({ modes }: BroadcastDeps, { account }: Turn, approvers: readonly Who[]) => {
  const { sender } = account;
  const topic = topicOf(workSubject({ broadcast: '' }, ''));
  const asked = approvers.map(({ person }) => modes({ sender, topic, recipient: person }));
  return (await Promise.all(asked)).every((verdict) => !verdict.send && verdict.mode === 'rehearsal');
};

/** A rehearsal keeps the approvers' cards back, and the post would wait for ever. */
const tellOfRehearsal = async (deps: BroadcastDeps, turn: Turn, approvers: readonly Who[]): Promise<void> => {
  if (!(await areUnheard(deps, turn, approvers))) return;
  const names = approvers.map(({ name }) => name).join('、');
  const text = `试运行中，审批人${names}不在试用名单，没有收到审批卡片。请管理员把他们加入试用名单，或转为正式`;
  await tellEditors(deps, turn, {
    what: `rehearsal-${turn.broadcast.revision}`,
    title: '审批没有送达',
    text,
  });
};

/** They can mend it before it is sent. */
const warnEditors = async (deps: BroadcastDeps, turn: Turn, text: string | undefined): Promise<void> => {
  if (text === undefined) return;
  const what = `groups-${turn.broadcast.revision}`;
  await tellEditors(deps, turn, { what, title: '有群将发不到', text });
};

/** Whoever may agree gets a card that says what they agree to. */
export const askForApproval =
  (deps: BroadcastDeps) =>
  async (turn: Turn): Promise<Next> => {
    const { account, broadcast } = turn;
    const facts = await approvalFacts(deps, turn);
    if (facts.approvers.length === 0) return backToDraft(deps, turn, nobodyToApprove);
    if (facts.reachable === 0) return backToDraft(deps, turn, audienceEmpty);
    await showTo(deps, turn, {
      people: facts.approvers.map(({ person }) => person),
      // Submitted again is asked again: nothing else changes the row while it is in review.
      what: approvalOf(broadcast.revision),
      build: (place) => deps.cards.approval({ account, broadcast, facts }, place),
    });
    await tellOfRehearsal(deps, turn, facts.approvers);
    await warnEditors(deps, turn, facts.groupWarning);
    await settleForms(deps, turn);
    return rest(new Date(turn.now.getTime() + lookEveryMs));
  };

export const audienceEmpty = {
  code: 'audience_empty',
  message: '范围内没有可以触达的人，请修改范围后再提交',
};
