import type { Act } from '../../shared/broadcasts/apply-step.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { type Random, seededRandom } from '../../simulator/bi/random.ts';
import type { Person } from '../../simulator/company.ts';
import { docActsOf, shareDoc } from '../../simulator/feishu/docs/acts.ts';
import { staffOf } from '../../simulator/feishu/staff.ts';
import { editorsIn, isGone, memberOf, unreachableBecause } from './post-cast.ts';
import { type Playing, playCrowd } from './post-crowd.ts';
import type { Desk } from './post-desk.ts';
import { type Diary, keepDiary, openDiary } from './post-diary.ts';
import type { Size, Stage } from './stage.ts';
import { tableName } from './world.ts';

const postId = 'policies-1';
export const startIso = '2026-11-24T09:55:00+08:00';
const sendAt = new Date('2026-11-24T10:00:00+08:00');
/** A Thursday: the whole ladder fits in. */
const longDeadline = new Date('2026-11-26T11:30:00+08:00');
/** The same evening: a quick look has the first rung only. */
const shortDeadline = new Date('2026-11-24T16:30:00+08:00');
const quickLook = 40;

export const isLong = ({ people }: Size): boolean => people > quickLook;
export const deadlineOf = (size: Size): Date => (isLong(size) ? longDeadline : shortDeadline);
export const appId = 'cli_a1zhida00000001';

const minuteMs = 60_000;

/** Everything that one seed's story knows. */
export type Story = {
  readonly diary: Diary;
  readonly playing: Playing;
  readonly joiners: Person[];
  readonly leavers: Map<string, number>;
  /** Feishu refuses them for good: 230053. */
  readonly muted: Set<string>;
  readonly hear: ReturnType<typeof keepDiary>;
};

const stories = new WeakMap<Stage, Story>();

export const storyOf = (stage: Stage): Story => {
  const known = stories.get(stage);
  if (known) return known;
  const diary = openDiary();
  const fresh: Story = {
    diary,
    playing: playCrowd(stage),
    joiners: [],
    leavers: new Map(),
    muted: new Set(),
    hear: keepDiary(diary, stage.world.loop.now),
  };
  stories.set(stage, fresh);
  return fresh;
};

export const findPost = (): Promise<Broadcast | undefined> =>
  broadcasts(tableName('broadcasts')).find(postId);

/** Of one seed in ten so many refuse the bot that the post has to stop by itself. */
export const isRefused = ({ plan, size }: Stage): boolean => plan.seed % 10 === 9 && size.people >= 100;
const refusedShare = 0.4;

const article = (token: string): Act => ({
  step: 'edit',
  draft: { article: { kind: 'document', ref: { kind: 'docx', token } } },
});
const wordingFor = (size: Size): Act => ({
  step: 'edit',
  draft: { deadlineAt: deadlineOf(size).toISOString(), concerns: '全员适用', summary: '三条变化' },
});

type Timing = { readonly resumeAfterMs: number };
type Seen = { readonly post: Broadcast; readonly now: number; readonly token: string; readonly size: Size };
type Wish = { readonly by: 'editor' | 'approver'; readonly acts: readonly Act[] };

const whenDraft = ({ post, token, size }: Seen): Wish | undefined => {
  if (post.page) return { by: 'editor', acts: [wordingFor(size), { step: 'submit' }] };
  return post.problem && { by: 'editor', acts: [article(token)] };
};

const whenPaused = ({ post, now }: Seen, { resumeAfterMs }: Timing): Wish | undefined =>
  now - Date.parse(post.paused?.at ?? '') >= resumeAfterMs
    ? { by: 'approver', acts: [{ step: 'resume' }] }
    : undefined;

/** 催未读 an hour after everybody was tried. */
const whenOpen = ({ post, now }: Seen): Wish | undefined =>
  post.reminded === 0 && now - Date.parse(post.openedAt ?? '') >= 60 * minuteMs
    ? { by: 'editor', acts: [{ step: 'remind' }] }
    : undefined;

/** What a person would do with the post as it is. */
const nextStep = (seen: Seen, timing: Timing): Wish | undefined => {
  const { post, now } = seen;
  const when: Act = now < sendAt.getTime() - 5_000 ? { step: 'schedule', at: sendAt } : { step: 'start' };
  switch (post.state) {
    case 'draft':
      return whenDraft(seen);
    case 'in_review':
      return { by: 'approver', acts: [{ step: 'approve' }, when] };
    case 'approved':
      return { by: 'approver', acts: [{ step: 'start' }] };
    case 'paused':
      return whenPaused(seen, timing);
    case 'open':
      return whenOpen(seen);
    default:
      return undefined;
  }
};

type Ask = (wish: Wish) => Promise<void>;

/** Looks at the post as its editor and its approver do, and does what is next. */
const follow = (stage: Stage, token: string, random: Random): Ask => {
  const { world, size, tell, at } = stage;
  const { company } = world.feishu.tenant;
  const { editor, approver } = editorsIn(company);
  const members = { editor: memberOf(company, editor), approver: memberOf(company, approver) };
  const timing = { resumeAfterMs: random.whole(minuteMs, 4 * minuteMs) };
  const ask: Ask = (wish) => {
    const desk: Desk = { do: 'take', by: members[wish.by], post: postId, acts: wish.acts };
    return tell('post-desk', desk);
  };
  const look = async (): Promise<void> => {
    const now = world.loop.now();
    const post = await world.loop.hold(findPost());
    const wish = post && nextStep({ post, now, token, size }, timing);
    if (wish) await ask(wish);
    else if (!post) await tell('post-desk', { do: 'draft', by: members.editor, token } satisfies Desk);
    if (post?.state === 'closed') return;
    at(now - stage.startMs < 20 * minuteMs ? 5_000 : minuteMs, () => void look());
  };
  at(2_000, () => void look());
  return ask;
};

/** Once: in the middle of the sending, or while reminders leave. */
const pauseOnce = (stage: Stage, ask: Ask, random: Random): void => {
  const { diary } = storyOf(stage);
  const act: Act = { step: 'pause', reason: '措辞要改' };
  const pause = (): void => void ask({ by: 'editor', acts: [act] });
  if (stage.plan.seed % 2 === 0) {
    // The first reminders leave after lunch: 13:31 to 13:40.
    stage.at(random.whole(216, 224) * minuteMs, pause);
    return;
  }
  const after = Math.floor(stage.size.people * (random.whole(5, 80) / 100));
  const look = (): void => {
    if (diary.states.at(-1)?.state === 'sending' && diary.shown.size >= after) pause();
    else if (!diary.states.some(({ state }) => state === 'open')) stage.at(500, look);
  };
  stage.at(minuteMs, look);
};

const leads = ({ world }: Stage, { userId }: Person): boolean =>
  world.feishu.tenant.company.people.some(({ leaderUserId }) => leaderUserId === userId);

/** People whom everything reaches and whom nobody misses in this story. */
const ordinary = (stage: Stage): readonly Person[] => {
  const { company } = stage.world.feishu.tenant;
  const { editor } = editorsIn(company);
  return company.people.filter(
    (each) =>
      !isGone(each) &&
      unreachableBecause(company, each) === undefined &&
      each !== editor &&
      !leads(stage, each),
  );
};

const comeAndGo = (stage: Stage, random: Random): void => {
  const { playing, joiners, leavers } = storyOf(stage);
  const people = ordinary(stage);
  const count = Math.max(1, Math.round(people.length / 150));
  for (let each = 0; each < count; each += 1) {
    const { unionId } = people[random.whole(0, people.length - 1)] ?? {};
    stage.at(random.whole(8, 240) * minuteMs, () => {
      if (unionId === undefined || leavers.has(unionId)) return;
      leavers.set(unionId, stage.world.loop.now());
      playing.crowd.leave(unionId);
    });
    stage.at(random.whole(8, isLong(stage.size) ? 600 : 300) * minuteMs, () => {
      joiners.push(playing.crowd.join({ name: `新人${each + 1}`, jobTitle: '专员' }, ['人力资源']));
    });
  }
};

/** Some confirm unasked between twelve, when the first reminders are planned, and shortly after lunch, when they have left. */
const confirmOverLunch = (stage: Stage, random: Random): void => {
  const { playing, leavers } = storyOf(stage);
  const people = ordinary(stage);
  for (let each = Math.max(6, Math.round(people.length / 15)); each > 0; each -= 1) {
    const { unionId = '' } = people[random.whole(0, people.length - 1)] ?? {};
    stage.at(random.whole(125, 230) * minuteMs, () => {
      if (!leavers.has(unionId)) void playing.confirmUnasked(unionId);
    });
  }
};

const refuseMany = (stage: Stage): void => {
  const { tenant } = stage.world.feishu;
  const { muted } = storyOf(stage);
  const random = seededRandom(stage.plan.seed * 29 + 1);
  for (const { unionId } of ordinary(stage)) {
    if (random.next() >= refusedShare) continue;
    muted.add(unionId);
    staffOf(tenant).mute(unionId, appId, true);
  }
};

/** A document of the editor's, sent to the account's bot, handed in, agreed to and sent at ten. */
export const publishPost = (stage: Stage, random: Random): Ask => {
  const { tenant } = stage.world.feishu;
  const { editor } = editorsIn(tenant.company);
  const doc = docActsOf(tenant, editor.unionId).write({
    title: '考勤管理办法',
    markdown: '# 第一条\n\n每天记录一次。\n\n- 外勤当天补记\n- 请假先申请',
    isOpen: true,
  });
  shareDoc(tenant, doc.token, [appId, 'view']);
  return follow(stage, doc.token, random);
};

/** People come and go and confirm unasked, one pause, one 催未读. */
export const tellStory = (stage: Stage): void => {
  const random = seededRandom(stage.plan.seed * 31 + 7);
  if (isRefused(stage)) refuseMany(stage);
  pauseOnce(stage, publishPost(stage, random), random);
  comeAndGo(stage, random);
  confirmOverLunch(stage, random);
};
