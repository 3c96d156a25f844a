import type { Step } from '../../shared/delivery/explain-delivery.ts';
import { whyReceives } from '../../shared/digests/audience.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { card, coloured, markdown } from '../../shared/feishu/cards.ts';
import { escapeMarkdown } from '../../shared/feishu/markdown.ts';
import type { Person } from '../../shared/store/people.ts';

/** What every answer has: the element_id of its delivery. */
export type ReplyFrame = { readonly id: string };

type Words = {
  readonly title: string;
  readonly summary: string;
  readonly lines: readonly string[];
  readonly colour?: 'blue' | 'green' | 'grey';
  readonly footer?: string;
};

export const reply = (
  { id }: ReplyFrame,
  { title, summary, lines, colour = 'blue', footer = '发送「帮助」查看全部指令' }: Words,
): Card =>
  card({
    id,
    summary,
    header: { title, colour },
    elements: [markdown(lines.join('\n'))],
    footer: [footer],
  });

const commands = [
  '**今日**　再看一次今天的晨报',
  '**我的工单**　查看你名下未完结的售后工单',
  '**待读**　查看还没读、还没确认的订阅号文章',
  '**我的文章**　编辑与审批人：各期文章走到哪一步',
  '**提交客诉**　把客户反馈填成工单，自动分派',
  '**订阅**　查看我的日报；要开通某一份，发送「订阅 经营日报」',
  '**退订 经营日报**　不再接收某一份日报',
  '**免打扰 22:00-08:00**　设置不打扰我的时段；「免打扰」查看，「取消免打扰」恢复默认',
  '**合并消息**　查看晨报里合并的消息原文',
  '**为什么没收到**　说明今天的晨报和其他消息为何没有推送给我',
  '**帮助**　显示这张卡片',
];

export const helpCard = (frame: ReplyFrame): Card =>
  reply(frame, {
    title: '直达 · 帮助',
    summary: '我能做什么：今日、我的工单、提交客诉、订阅、免打扰',
    footer: '推送时间与内容有疑问，请联系直达管理员',
    lines: ['每天早上，我把与你有关的关键数字推送给你。也可以直接对我说：', '', ...commands],
  });

export const notUnderstoodCard = (frame: ReplyFrame): Card =>
  reply(frame, {
    title: '没听懂',
    summary: '没听懂，可以试试：今日、订阅、帮助',
    lines: ['可以这样对我说：', '', ...commands],
  });

export const groupCard = (frame: ReplyFrame): Card =>
  reply(frame, {
    title: '直达',
    summary: '请私聊我查看晨报与订阅',
    lines: ['日报按各人的权限推送，群里不展示数字。', '请**私聊我**发送「今日」或「订阅」。'],
  });

export const notHereCard = (frame: ReplyFrame): Card =>
  reply(frame, {
    title: '暂时无法为你服务',
    summary: '你还不在直达的通讯录里',
    lines: ['你还不在直达的通讯录里：可能刚加入，或不在应用的通讯录权限范围内。', '请联系直达管理员。'],
    colour: 'grey',
  });

const listed = ({ text }: Step): string => `- ${escapeMarkdown(text)}`;

/** `others`: what became of the day's other messages. */
export const whyCard = (
  frame: ReplyFrame,
  name: string,
  { steps, others }: { readonly steps: readonly Step[]; readonly others: readonly Step[] },
): Card => {
  const told = steps.filter(({ detail }) => !detail);
  return reply(frame, {
    title: `${name} · 推送说明`,
    summary: told.at(-1)?.text ?? name,
    lines: [...told.map(listed), ...(others.length > 0 ? ['', '**其他消息**', ...others.map(listed)] : [])],
  });
};

export const isFor = (digest: Digest, person: Person): boolean =>
  whyReceives(digest, { ...person, unionId: person.person }) !== undefined;

const receivable = (releases: readonly Bundle[], person: Person): readonly Digest[] =>
  releases.flatMap(({ digests }) => digests).filter((digest) => isFor(digest, person));

const subscriptionLine = (digest: Digest, person: Person): string => {
  const because = escapeMarkdown(whyReceives(digest, { ...person, unionId: person.person }) ?? '');
  return person.unsubscribed.includes(digest.id)
    ? `**${digest.name}**　${coloured('已退订', 'grey')}　发送「订阅 ${digest.name}」恢复`
    : `**${digest.name}**　${coloured('已订阅', 'green')}　因为：${because}`;
};

export const subscriptionsCard = (frame: ReplyFrame, person: Person, releases: readonly Bundle[]): Card => {
  const mine = receivable(releases, person);
  if (mine.length === 0) {
    return reply(frame, {
      title: '我的订阅',
      summary: '目前没有面向你职务的日报',
      lines: ['目前没有面向你职务的日报。需要哪一份，请联系该日报的负责人或直达管理员。'],
    });
  }
  const active = mine.filter(({ id }) => !person.unsubscribed.includes(id)).length;
  return reply(frame, {
    title: '我的订阅',
    summary: `已订阅 ${active} 份，共 ${mine.length} 份`,
    lines: mine.map((digest) => subscriptionLine(digest, person)),
  });
};

export const unknownDigestCard = (frame: ReplyFrame, name: string, releases: readonly Bundle[]): Card => {
  const names = releases.flatMap(({ digests }) => digests.map((digest) => digest.name));
  const asked = name ? `没有叫「${escapeMarkdown(name.slice(0, 20))}」的日报。` : '请写上日报名称。';
  return reply(frame, {
    title: '没有这份日报',
    summary: `可选：${names.join('、')}`.slice(0, 38),
    lines: [asked, `可选：${names.join('、')}`],
    colour: 'grey',
  });
};

export const notForYouCard = (frame: ReplyFrame, { name }: Digest): Card =>
  reply(frame, {
    title: `无法订阅 ${name}`,
    summary: `${name} 不面向你的职务`,
    lines: [`${name} 不面向你的职务，所以不会推送给你。需要的话，请联系该日报的负责人或直达管理员。`],
    colour: 'grey',
  });

export const subscribedCard = (
  frame: ReplyFrame,
  { name }: Digest,
  wanted: 'subscribe' | 'unsubscribe',
): Card =>
  wanted === 'subscribe'
    ? reply(frame, {
        title: `已订阅 ${name}`,
        summary: `已订阅 ${name}，下一期起推送`,
        lines: [`下一期起推送。不想收时发送「退订 ${name}」。`],
        colour: 'green',
      })
    : reply(frame, {
        title: `已退订 ${name}`,
        summary: `已退订 ${name}，下一期起不再推送`,
        lines: [`下一期起不再推送。想恢复时发送「订阅 ${name}」。`],
        colour: 'grey',
      });
