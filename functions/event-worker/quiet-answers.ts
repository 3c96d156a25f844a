import { clockTime, dayOf } from '../../shared/calendar/day.ts';
import { type Hours, quietUntil, type Span, usualQuiet } from '../../shared/calendar/quiet-hours.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import type { People, Person } from '../../shared/store/people.ts';
import { leavesTime } from './quiet-words.ts';
import { type ReplyFrame, reply } from './reply-cards.ts';

const span = ({ from, to }: Span): string => `${from}–${to}`;
const spans = (list: readonly Span[]): string => list.map(span).join('、');

const dayWords = ['一', '二', '三', '四', '五', '六', '日'];
const daysOf = ({ days }: NonNullable<Hours['shift']>): string =>
  days ? `周${days.map((day) => dayWords[day - 1] ?? '').join('、')} ` : '';

const howTo = '发送「免打扰 22:00-08:00」设置，也可以写多段：「免打扰 22:00-08:00 12:00-13:30」。';
const passes = '紧急消息（P0）和你主动问我的回复，不受免打扰影响。定时的晨报只受你自己设置的时段影响。';

const inForce = ({ quiet, shift }: Person): { readonly title: string; readonly line: string } => {
  const own = quiet?.spans;
  if (own) return { title: `免打扰 ${spans(own)}`, line: `你设置的免打扰时段：**${spans(own)}**` };
  if (shift)
    return {
      title: `班次 ${span(shift)} 之外不打扰`,
      line: `按你的班次：**${daysOf(shift)}${span(shift)}** 之外不打扰`,
    };
  return { title: `免打扰 ${spans(usualQuiet)}`, line: `默认的免打扰时段：**${spans(usualQuiet)}**` };
};

const nowLine = ({ quiet, shift }: Person, now: Date): string => {
  const until = quietUntil(now, { own: quiet?.spans, shift });
  if (!until) return '现在不在免打扰时段。';
  const day = dayOf(until) === dayOf(now) ? '' : '明天 ';
  return `现在是免打扰时段，${day}${clockTime(until)} 结束，其间的普通消息之后补发，不会丢失。`;
};

const takesBack = ({ quiet }: Person): readonly string[] =>
  quiet?.spans ? ['发送「取消免打扰」恢复默认。'] : [];

export const quietCard = (frame: ReplyFrame, person: Person, now: Date): Card => {
  const { title, line } = inForce(person);
  return reply(frame, {
    title: '我的免打扰',
    summary: title,
    lines: [line, nowLine(person, now), '', howTo, ...takesBack(person), passes],
  });
};

const hasLunch = (own: readonly Span[]): boolean =>
  own.some(({ from, to }) => from < '13:30' && (to > '12:00' || to < from));

const setCard = (frame: ReplyFrame, own: readonly Span[]): Card =>
  reply(frame, {
    title: '免打扰已设置',
    summary: `免打扰 ${spans(own)}，立即生效`,
    lines: [
      `**${spans(own)}** 不打扰你，立即生效。其间的普通消息之后补发，不会丢失。`,
      ...(hasLunch(own)
        ? []
        : [
            `午休不再免打扰；需要时发送「免打扰 ${own.map((each) => `${each.from}-${each.to}`).join(' ')} 12:00-13:30」。`,
          ]),
      passes,
      '发送「取消免打扰」恢复默认。',
    ],
    colour: 'green',
  });

const clearedCard = (frame: ReplyFrame, person: Person): Card =>
  reply(frame, {
    title: '已取消你设置的免打扰',
    summary: inForce(person).title,
    lines: [`${inForce(person).line}，立即生效。`, howTo],
    colour: 'grey',
  });

export const quietNotUnderstoodCard = (frame: ReplyFrame): Card =>
  reply(frame, {
    title: '没看懂免打扰的时间',
    summary: '可以这样写：免打扰 22:00-08:00',
    lines: ['请写明开始和结束的时间，例如「免打扰 22:00-08:00」或「免打扰 晚上10点到早上8点」，最多三段。'],
    colour: 'grey',
  });

const tooLongCard = (frame: ReplyFrame): Card =>
  reply(frame, {
    title: '免打扰时间太长',
    summary: '每天至少留出 4 小时接收消息',
    lines: ['每天至少留出 4 小时接收消息，请缩短免打扰时段。原来的设置没有变。'],
    colour: 'grey',
  });

type Setting = {
  readonly people: People;
  readonly person: Person;
  readonly frame: ReplyFrame;
  /** When the person wrote it: of two messages the later one counts. */
  readonly at: Date;
};

const record = async ({ people, person, at }: Setting, own: readonly Span[] | undefined): Promise<Person> => {
  const quiet = { ...(own && { spans: [...own] }), setAt: at.toISOString() };
  if (await people.recordQuiet(person.person, quiet)) return { ...person, quiet };
  return (await people.find(person.person)) ?? person;
};

export const setQuiet = async (setting: Setting, own: readonly Span[]): Promise<Card> => {
  if (!leavesTime(own)) return tooLongCard(setting.frame);
  const { quiet } = await record(setting, own);
  return setCard(setting.frame, quiet?.spans ?? own);
};

export const clearQuiet = async (setting: Setting): Promise<Card> =>
  clearedCard(setting.frame, await record(setting, undefined));
