import * as z from 'zod';
import { addDays, dayOf } from '../shared/calendar/day.ts';
import { command } from './command.ts';
import { playCrowd } from './demo-crowd.ts';
import { enterWorkbench, fieldIn } from './demo-pages.ts';
import { call, legalBot, openChat, peopleOf, write } from './demo-people.ts';
import { type Play, tell, until, within } from './demo-play.ts';
import { proveAndVerify } from './demo-post-proof.ts';
import { countCopies, personalRows, reminderRows, type Standing, standingOf } from './demo-post-rows.ts';
import { act, type Desk, idOf, sees } from './demo-scene.ts';

const title = '直播口播：功效宣称自查清单';
const post = { broadcast: 'legal-1', version: 1 } as const;
const [editor, approver] = ['裴律安', '闻人杰'] as const;
/** Confirms on a page; is the last one, and confirms on the reminder. */
const [onPage, last] = ['林知夏', '沈南乔'] as const;
const resting = '程铁生';

const markdown = `## 一句话

口播稿里的每一句功效，都要**有依据、说得清、留得住**。

| 说法 | 能不能说 |
| --- | --- |
| 降血糖 | 不能 |
| 0 糖 | 糖 ≤ 0.5 克 / 100 克时可以 |

1. 开播前逐句对照
2. 拿不准的问法务
`;

const documentSchema = z.object({ documentId: z.string(), link: z.string() });

/** As 云文档 of the client does it: write, let the bot read it, send the link to its chat. */
const sendLink = async (desk: Desk): Promise<void> => {
  const { sim } = desk.play;
  const author = idOf(desk, editor);
  const document = { title, markdown, isOpen: true, apps: { [legalBot]: 'view' } };
  const { link } = await call(`${sim.url}/sim/people/${author}/documents`, documentSchema, document);
  await write(sim, author, link);
  await sees(desk, editor, ['草稿', title]);
};

const submit = async (desk: Desk): Promise<void> => {
  const deadline = `${addDays(dayOf(Date.now()), 1)} 18:00 +0800`;
  const words = {
    摘要: '开播前对照清单逐句自查，拿不准的先问法务。',
    '例如：直播、详情页、客服话术': '直播、详情页、客服话术',
    是否需确认: 'yes',
    截止时间: deadline,
  };
  await act(desk, editor, { about: title, on: { do: 'previewPost', words } });
  await sees(desk, editor, [title, '预览']);
  await act(desk, editor, { about: title, on: { do: 'submitPost', words } });
  await sees(desk, approver, ['待审批', title, '不可触达', '预计调用']);
  tell(`${editor}：文档链接发给「薄荷法讯」→ 表单、预览、提交 → ${approver} 收到审批卡`);
};

const isState =
  (play: Play, ...states: readonly string[]) =>
  async (): Promise<boolean> =>
    states.includes((await standingOf(play, post.broadcast)).state);

/** Who set quiet hours in the scene before takes them back: his card would wait for their end, and the post with it. */
const endQuiet = async ({ play, people }: Desk): Promise<void> => {
  const quiet = { play: { ...play, sim: { url: play.sim.url } }, people };
  await write(quiet.play.sim, idOf(quiet, resting), '取消免打扰');
  await sees(quiet, resting, ['已取消你设置的免打扰']);
};

/** Until everybody whom it can reach has their card. */
const sendToAll = async (desk: Desk): Promise<number> => {
  const { play } = desk;
  const since = Date.now();
  await act(desk, approver, { about: '待审批', on: { do: 'approveNow' } });
  await within(60_000)(play, 'the post never reaches everybody', async () => {
    const { target, unsent, queued } = (await standingOf(play, post.broadcast)).identity;
    return target > 0 && unsent + queued === 0;
  });
  const ms = Date.now() - since;
  // The next minute's tick would see it.
  await command(play.stack, 'broadcast', { do: 'advance', post: post.broadcast });
  await until(play, 'a post that everybody has is not open', isState(play, 'open'));
  const { identity, levels } = await standingOf(play, post.broadcast);
  tell(
    `${approver} 同意并立即发送 → 应触达 ${identity.target} 人，${levels.delivered} 人收到卡片（${ms} 毫秒）`,
  );
  return ms;
};

/** On the page of the Workbench, signed in as the client does it. */
const confirmOnPage = async (desk: Desk): Promise<void> => {
  const { play } = desk;
  const path = `/workbench/posts/${post.broadcast}`;
  const who = await enterWorkbench(play.stack, play.sim, idOf(desk, onPage));
  const page = await who.get(path);
  const fields = { form: fieldIn(page, 'form'), version: fieldIn(page, 'version') };
  const status = await who.post(`${path}/confirm`, fields);
  if (status !== 303) play.problems.push(`the page answered ${status} to a confirmation`);
  if (!/已于 .+ 确认 v1/u.test(await who.get(path))) play.problems.push('the page shows no confirmation');
  tell(`${onPage} 在工作台网页上确认`);
};

const askTheRest = async (desk: Desk): Promise<readonly string[]> => {
  const { play } = desk;
  const isWaiting = ({ state }: { readonly state: string }): boolean => ['accepted', 'read'].includes(state);
  const waiting = (await personalRows(play, post)).filter(isWaiting).map(({ recipient }) => recipient);
  await act(desk, editor, { about: '发送报告', on: { do: 'remindPost' } });
  await until(play, 'somebody who is unread isn’t reminded', async () => {
    const sent = (await reminderRows(play, post)).filter(({ acceptedAt }) => acceptedAt !== undefined);
    return waiting.every((person) => sent.some(({ recipient }) => recipient === person));
  });
  tell(`${editor} 在报告卡上点「催未读」→ 还没确认的 ${waiting.length} 人各收到一张新卡片`);
  return waiting;
};

const nameOf = ({ people }: Desk, unionId: string): string =>
  people.find((one) => one.unionId === unionId)?.name ?? unionId;

/** Each opens the chat and confirms on the reminder; the last one last. */
const confirmTheRest = async (desk: Desk, waiting: readonly string[]): Promise<void> => {
  const lastId = idOf(desk, last);
  for (const person of [...waiting.filter((one) => one !== lastId), lastId]) {
    await openChat(desk.play.sim, person);
    await act(desk, nameOf(desk, person), { about: title, on: { do: 'confirmPost' } });
  }
  tell(`${waiting.length} 人在催办卡上确认，最后一位是 ${last}`);
};

/** What the next minute would bring: a post that everybody has confirmed ends, and its report says so. */
const closeIt = async (desk: Desk): Promise<Standing> => {
  const { play } = desk;
  await until(play, 'confirmations are missing from the ledger', async () => {
    const { identity } = await standingOf(play, post.broadcast);
    return identity.confirmed + identity.excluded === identity.target;
  });
  await command(play.stack, 'broadcast', { do: 'advance', post: post.broadcast });
  await until(play, 'the post never ends', isState(play, 'closed'));
  await sees(desk, editor, ['结束报告', '触达率 100.0%']);
  return standingOf(play, post.broadcast);
};

type Posted = {
  readonly target: number;
  readonly sent: number;
  readonly read: number;
  readonly confirmed: number;
  readonly sendingMs: number;
  readonly group: string;
  readonly identityHolds: boolean;
  readonly evidenceVerified: boolean;
  readonly seconds: number;
} & Awaited<ReturnType<typeof countCopies>>;

/** One post of 薄荷法讯 from a link to its evidence, by what people do in Feishu; only 催未读's minute is not waited for. */
export const playPost = async (play: Play): Promise<Posted> => {
  const began = Date.now();
  const before = play.problems.length;
  const desk: Desk = {
    play: { ...play, sim: { ...play.sim, bot: legalBot } },
    people: await peopleOf(play.sim),
  };
  await endQuiet(desk);
  await sendLink(desk);
  await submit(desk);
  const sendingMs = await sendToAll(desk);
  const { confirmed } = await playCrowd(
    play.sim,
    [onPage, last, approver].map((name) => idOf(desk, name)),
  );
  tell(`全员模拟：同事们按各自习惯看卡片，${confirmed} 人已在卡片上确认`);
  await confirmOnPage(desk);
  await confirmTheRest(desk, await askTheRest(desk));
  const { identity, levels, groups } = await closeIt(desk);
  const copies = await countCopies(desk, post, [editor, approver]);
  const evidenceVerified = await proveAndVerify(desk, post.broadcast);
  const { duplicates, misses, unreachable } = copies;
  if (duplicates + misses > 0) play.problems.push(`a post: ${duplicates} cards twice, ${misses} missing`);
  return {
    target: identity.target,
    sent: levels.delivered,
    read: levels.readCard,
    confirmed: levels.confirmed,
    ...copies,
    unreachable,
    sendingMs,
    group: groups[0]?.state ?? 'none',
    identityHolds: !play.problems.slice(before).some((each) => each.includes('in the ledger')),
    evidenceVerified,
    seconds: Math.round((Date.now() - began) / 100) / 10,
  };
};
