import type { Facts } from '../../shared/digests/facts.ts';
import type { AfterSales, AgentWeek } from '../../shared/digests/own-rows.ts';
import { count, inUnit } from '../../shared/digests/wording.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import { spanWords } from '../../shared/follow-ups/span.ts';
import type { Detail, DetailLine } from './findings.ts';

/** 代餐奶昔·香草 可售 3 天 · 周以安 · 自 11-23 10:41 · 2天5小时, the oldest first. */
const followUpDetail = ({ followUps }: Facts, state: 'open' | 'closed', title: string): Detail => ({
  title,
  lines: followUps
    .filter((row) => row.state === state)
    .map(({ line, who, since, minutes }) => ({
      text: [who, `自 ${dayAndTime(since)}`, spanWords(minutes * 60_000), line].join(' · '),
    })),
});

const linked = (text: string, url: string): DetailLine => ({ text, ...(url !== '' && { url }) });

const teamLine = ({ team, open, unassigned }: AfterSales['openByTeam'][number]): string =>
  `${team} ${count(open)} 件${unassigned > 0 ? `，待领取 ${count(unassigned)} 件` : ''}`;

const afterSalesDetails = ({ openByTeam, categories, url }: AfterSales): readonly Detail[] => [
  { title: '未结（按团队）', lines: openByTeam.map((each) => linked(teamLine(each), url)) },
  {
    title: '新增最多的类别',
    lines: categories.map(({ name, count: cases }) => linked(`${name} ${count(cases)} 件`, url)),
  },
];

/** Longer lists are in the Base; a card stays far below its 30 KB. */
const mostCases = 30;

const agentDetail = ({ lines, url }: AgentWeek): Detail => {
  const more = lines.length - mostCases;
  const cases = lines
    .slice(0, mostCases)
    .map(({ ticket, category, priority, points }) =>
      linked(`${ticket} ${category} ${priority} · ${inUnit('points', points)}`, url),
    );
  const rest = more > 0 ? [linked(`另有 ${more} 件`, url)] : [];
  return { title: '查看清单', lines: [...cases, ...rest], most: mostCases + 1 };
};

/** The lists of what we know ourselves. */
export const ownDetails = (facts: Facts): readonly Detail[] => [
  followUpDetail(facts, 'open', '未办结（最久的在前）'),
  followUpDetail(facts, 'closed', '上周办结'),
  ...(facts.afterSales ? afterSalesDetails(facts.afterSales) : []),
  ...(facts.agentWeek ? [agentDetail(facts.agentWeek)] : []),
];
