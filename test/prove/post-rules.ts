import {
  type Broadcast,
  broadcastOf,
  personalSubject,
  reminderSubject,
} from '../../shared/broadcasts/broadcast.ts';
import { identityOf, isUnreachable, isWaitedFor } from '../../shared/broadcasts/reach.ts';
import { deliveryUuid } from '../../shared/feishu/messages.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { type Delivery, deliverySchema } from '../../shared/store/delivery.ts';
import type { Message } from '../../simulator/feishu/chats.ts';
import {
  type Allowed,
  cardsOf,
  type Finding,
  judgeRow,
  type Screens,
  screensOf,
  watchRow,
} from './findings.ts';
import { isGone, unreachableBecause } from './post-cast.ts';
import { judgeEvidence } from './post-evidence.ts';
import { appId, deadlineOf, findPost, isLong, isRefused, storyOf } from './post-story.ts';
import type { Stage } from './stage.ts';
import { rowsOf } from './ticket-rules.ts';
import { tableName } from './world.ts';

const violation = (what: string): Finding => ({ kind: 'violation', what });
const miss = (what: string): Finding => ({ kind: 'miss', what });
const ledger = () => deliveries(tableName('deliveries'));

const partOf = ({ subject }: Delivery) => broadcastOf(subject)?.part;

/** target = Σ states. */
const judgeSum = (post: Broadcast, rows: readonly Delivery[]): readonly Finding[] => {
  const { target, ...places } = identityOf(post.target, rows);
  const sum = Object.values(places).reduce((total, each) => total + each, 0);
  const isTrue = sum === target && Object.values(places).every((each) => each >= 0);
  return isTrue ? [] : [violation(`应触达 ${target} = ${JSON.stringify(places)}`)];
};

/** As somebody sees it who asks for both: rows first, then the target, which only grows. */
export const lookAtSum = async (): Promise<readonly Finding[]> => {
  const before = await findPost();
  if (!before || before.target === 0) return [];
  const rows = await ledger().listOfSubject(personalSubject(before));
  const post = await findPost();
  return post ? judgeSum(post, rows) : [];
};

type Written = { readonly row: Delivery; readonly at: number };

/** The answer to a click leaves within 3 s and is on the screen a moment later. */
const answeringMs = 10_000;

/** The store was away while a press was answered: the next look at the post writes what the row doesn't say yet. */
const behindMs = 30 * 60_000;

/** Nothing stands twice on a screen, and where nothing is on its way it shows what the ledger says. */
const watchScreens = (stage: Stage, written: readonly Written[]): readonly Finding[] => {
  const screens = screensOf(stage.world);
  const now = stage.world.loop.now();
  return written.flatMap(({ row, at }) => {
    const isJudged =
      now - at > answeringMs && !isAnswerLost(stage, row) && !(now - at < behindMs && isBehind(stage, row));
    return watchRow(stage.world, { row, screens }).filter(({ kind }) => kind === 'duplicate' || isJudged);
  });
};

/** At this instant. */
export const watchPost = (stage: Stage): readonly Finding[] => {
  const { post, ledger: known } = storyOf(stage).diary;
  if (!post || post.target === 0) return [];
  const written = [...known.values()];
  const personal = written.flatMap(({ row }) => (row.subject === personalSubject(post) ? [row] : []));
  return [...judgeSum(post, personal), ...watchScreens(stage, written)];
};

const allowedBy = (stage: Stage): Allowed => {
  const { muted } = storyOf(stage);
  const { people, outOfRangeUserIds } = stage.world.feishu.tenant.company;
  return {
    isFinalFor: (recipient, code) => {
      if (code === '230053') return muted.has(recipient);
      const person = stage.world.feishu.tenant.directory.byUnion(recipient);
      const userId = people.find(({ unionId }) => unionId === recipient)?.userId ?? '';
      if (code === '230013') return outOfRangeUserIds.includes(userId);
      return code === '230029' && person?.resigned === true;
    },
  };
};

type Judged = {
  readonly stage: Stage;
  readonly post: Broadcast;
  readonly rows: readonly Delivery[];
  readonly screens: Screens;
};

/** Nobody sends it any more, or its hour has not come: a reminder whose reader is done, a card that waits for the next bundle. */
const mayStayBehind = (row: Delivery): boolean =>
  partOf(row) !== 'personal' && (row.state === 'held' || row.state === 'suppressed');

/** Whoever has left keeps the card that they got, or may have got: nobody looks for it any more. */
const hasLeftWithIt = (stage: Stage, { state, messageId, sending, recipient }: Delivery): boolean =>
  state === 'excluded' &&
  (messageId !== undefined || sending !== undefined) &&
  storyOf(stage).leavers.has(recipient);

/**
 * The answer to the last press on this card was lost on its way: whether the card in it was seen, Feishu doesn't tell, and
 * nobody has pressed again.
 */
const isAnswerLost = (stage: Stage, { messageId }: Delivery): boolean =>
  storyOf(stage).playing.pressed.get(messageId ?? '') === 'refused';

/** The answer to the last press has arrived, and its card is newer than what the row says. */
const isBehind = (stage: Stage, { messageId, wanted }: Delivery): boolean =>
  storyOf(stage).playing.pressed.get(messageId ?? '') === 'confirmed' && wanted?.final !== true;

const judgeLedger = ({ stage, rows, screens }: Judged): readonly Finding[] =>
  rows
    .filter((row) => !mayStayBehind(row) && !hasLeftWithIt(stage, row))
    .flatMap((row) =>
      judgeRow(stage.world, { row, screens }, allowedBy(stage)).map(
        (finding): Finding =>
          finding.kind === 'violation' && isAnswerLost(stage, row)
            ? { ...finding, kind: 'unknown' }
            : finding,
      ),
    );

const surplusCards = ({ stage, rows, screens }: Judged): readonly Finding[] =>
  rows.filter(mayStayBehind).flatMap((row) => {
    const live = cardsOf(screens, row).filter(({ recalled }) => !recalled);
    return live.length === 0
      ? []
      : [
          violation(
            `${row.subject} / ${row.recipient}: ${row.state} ${row.reason ?? ''}, but on the screen of seed ${stage.plan.seed}`,
          ),
        ];
  });

type Truth = { readonly name: string; readonly isHere: boolean; readonly why: string | undefined };

/** What is wrong with the row of somebody who can't be reached, has left, or neither. */
const judgePerson = ({ name, isHere, why }: Truth, row: Delivery): readonly Finding[] => {
  const says = `${row.state} ${row.reason ?? 'without a reason'}`;
  const isAsked = isWaitedFor(row, true);
  if (why !== undefined)
    return isUnreachable(row) && !isAsked ? [] : [violation(`${name}: ${why}, but ${says}`)];
  if (!isHere) return isAsked ? [violation(`${name} has left and is waited for`)] : [];
  return row.state === 'excluded' ? [miss(`${name}: ${says}`)] : [];
};

/** Everybody who works here has a row, and who can't be reached is never waited for. */
const judgePeople = ({ stage, post, rows }: Judged): readonly Finding[] => {
  const { company, directory } = stage.world.feishu.tenant;
  const { joiners, leavers } = storyOf(stage);
  const startedAt = Date.parse(post.startedAt ?? '');
  const personal = rows.filter(({ subject }) => subject === personalSubject(post));
  const own = new Map(personal.map((row) => [row.recipient, row]));
  const expected = [...company.people.filter((each) => !isGone(each)), ...joiners];
  const judged = expected.map((person) => {
    const row = own.get(person.unionId);
    const leftAt = leavers.get(person.unionId) ?? Infinity;
    if (!row) return leftAt < startedAt ? [] : [miss(`${person.name}: no row`)];
    const isHere = directory.byUnion(person.unionId)?.resigned !== true;
    return judgePerson({ name: person.name, isHere, why: unreachableBecause(company, person) }, row);
  });
  const unexplained = personal.filter(({ state, reason }) => state === 'excluded' && reason === undefined);
  return [
    ...judged.flat(),
    ...unexplained.map(({ recipient }) => violation(`${recipient}: excluded without a reason`)),
  ];
};

/** Whose click was answered has confirmed; who has confirmed has clicked. */
const judgeConfirmations = ({ stage, post, rows }: Judged): readonly Finding[] => {
  const { playing } = storyOf(stage);
  const pressed = new Set(
    playing.acts
      .filter(({ deed }) => deed === 'confirmed' || deed === 'refused')
      .map(({ unionId }) => unionId),
  );
  const answered = new Set(
    playing.acts
      .filter(({ deed, at }) => deed === 'confirmed' && at < deadlineOf(stage.size).getTime())
      .map(({ unionId }) => unionId),
  );
  const confirmed = new Set(
    rows
      .filter(({ subject, confirmed: is }) => subject === personalSubject(post) && is !== undefined)
      .map(({ recipient }) => recipient),
  );
  return [
    ...[...answered]
      .filter((each) => !confirmed.has(each))
      .map((each) => miss(`${each}: its confirmation is lost`)),
    ...[...confirmed]
      .filter((each) => !pressed.has(each))
      .map((each) => violation(`${each} never confirmed`)),
  ];
};

/** When the request that made this message was made: one that was on its way longer is nobody's fault. */
const issuedAt = ({ stage }: Judged, row: Delivery, { createdAt }: Message): number => {
  const uuid = deliveryUuid(appId, `${row.subject}/${row.recipient}`, row.generation);
  const times = stage.world.gate.issued.get(`POST ${uuid}`) ?? [];
  return Math.max(-Infinity, ...times.filter((at) => at <= createdAt));
};

/** What the look before the request may take when the store is slow. */
const underWayMs = 3_000;

const isCalm = ({ plan }: Stage): boolean => plan.strikes.length === 0 && plan.weather.length === 0;

type Sent = { readonly row: Delivery; readonly at: number };

const sentBy = (judged: Judged): readonly Sent[] =>
  judged.rows
    .filter((row) => ['personal', 'reminder'].includes(partOf(row) ?? ''))
    .flatMap((row) =>
      cardsOf(judged.screens, row).map((message) => ({ row, at: issuedAt(judged, row, message) })),
    );

/** After a confirmation nothing more leaves later than 60 s; after a pause later than 2 s. */
const judgeTimes = (judged: Judged): readonly Finding[] => {
  const { stage } = judged;
  const { confirmedAt, states } = storyOf(stage).diary;
  const graceMs = isCalm(stage) ? 500 : underWayMs;
  const sent = sentBy(judged);
  const afterwards = sent.filter(
    ({ row, at }) => partOf(row) === 'reminder' && at > (confirmedAt.get(row.recipient) ?? Infinity) + 60_000,
  );
  const pauses = states.flatMap(({ at, state }, index) =>
    state === 'paused' ? [{ from: at + 2_000 + graceMs, until: states[index + 1]?.at ?? Infinity }] : [],
  );
  const inPause = sent.filter(({ at }) => pauses.some(({ from, until }) => at > from && at < until));
  return [
    ...afterwards.map(({ row }) =>
      violation(`${row.subject} / ${row.recipient}: reminded after its confirmation`),
    ),
    ...inPause.map(({ row }) => violation(`${row.subject} / ${row.recipient}: left during the pause`)),
  ];
};

/** A Wednesday has ended: the second reminder of whoever gets the first later would come after the deadline. */
const wednesday = new Date('2026-11-26T00:00:00+08:00').toISOString();

/** Whose card came on the first morning and who hasn't confirmed was asked again, and once more when that had arrived. */
const judgeLadder = ({ stage, post, rows }: Judged): readonly Finding[] => {
  const keyOf = (row: Pick<Delivery, 'subject' | 'recipient'>): string => `${row.subject} ${row.recipient}`;
  const has = new Map(rows.map((row) => [keyOf(row), row]));
  const early = new Date('2026-11-24T12:00:00+08:00').toISOString();
  const isAskedTwice = (recipient: string): boolean => {
    const first = has.get(keyOf({ subject: reminderSubject(post, '1'), recipient }));
    return isLong(stage.size) && (first?.acceptedAt ?? '9') < wednesday;
  };
  return rows
    .filter((row) => row.subject === personalSubject(post) && (row.acceptedAt ?? '9') < early)
    .filter((row) => isWaitedFor(row, true))
    .flatMap(({ recipient }) =>
      (isAskedTwice(recipient) ? ['1', '2'] : ['1'])
        .filter((which) => !has.has(keyOf({ subject: reminderSubject(post, which), recipient })))
        .map((which) => miss(`${recipient}: not reminded on rung ${which}`)),
    );
};

/** Feishu was away for longer than it remembers a uuid: so many tries end as unknown that a post may stop by itself. */
const isAwayForLong = ({ plan }: Stage): boolean =>
  plan.weather.some(({ service, fromMs, untilMs }) => service === 'feishu' && untilMs - fromMs > 60 * 60_000);

/** It has ended at its deadline; where so many refused it, it had stopped by itself before. */
const judgePost = ({ stage, post, rows }: Judged): readonly Finding[] => {
  const { diary } = storyOf(stage);
  const own = rows.filter(({ subject }) => subject === personalSubject(post));
  const sum = identityOf(post.target, own);
  const stopped = diary.states.some(({ state, byHand }) => state === 'paused' && !byHand);
  return [
    ...(post.state === 'closed' ? [] : [miss(`the post ended ${post.state}`)]),
    ...(sum.unsent === 0 && sum.queued === 0 ? [] : [miss(`closed with ${JSON.stringify(sum)}`)]),
    ...(stopped === isRefused(stage) || (stopped && isAwayForLong(stage))
      ? []
      : [violation(stopped ? 'it stopped by itself' : 'it went on in spite of so many refusals')]),
  ];
};

/** When everything has come to rest. */
export const judgePosts = async (stage: Stage): Promise<readonly Finding[]> => {
  const post = await findPost();
  if (!post) return [miss('there is no post')];
  const rows = (await rowsOf(stage.world, 'deliveries')).map((row) => deliverySchema.parse(row));
  const judged: Judged = { stage, post, rows, screens: screensOf(stage.world) };
  const rules = [
    judgeLedger,
    surplusCards,
    judgePeople,
    judgeConfirmations,
    judgeTimes,
    judgeLadder,
    judgePost,
  ];
  return [...rules.flatMap((rule) => rule(judged)), ...(await judgeEvidence(post, storyOf(stage).diary))];
};
