import { createHash } from 'node:crypto';
import type { Rung, RungTarget } from '../tickets/desk.ts';
import { priorities } from '../tickets/ticket.ts';
import type { SlaRow } from './sla-row.ts';

type Step = Pick<Rung, 'clock' | 'at'> & {
  /** 「用时80%」: before 「通知谁」, and before the channel. */
  readonly words: string;
  readonly id: string;
};

const resolution = (percent: number) => ({ clock: 'resolution', at: { percent } }) as const;
const platform = (minutesBefore: number) => ({ clock: 'platform', at: { minutesBefore } }) as const;

/** The rungs that a row may have. Their ids outlive every change of people and channel, so none is climbed twice. */
export const steps = {
  opened: { ...resolution(0), words: '开单时', id: 'opened' },
  half: { ...resolution(50), words: '用时50%', id: 'half' },
  near: { ...resolution(80), words: '用时80%', id: 'near' },
  late: { ...resolution(100), words: '用时100%', id: 'late' },
  long: { ...resolution(150), words: '用时150%', id: 'long' },
  first: { clock: 'firstResponse', at: { percent: 100 }, words: '首响超时', id: 'first' },
  platform240: { ...platform(240), words: '平台剩4小时', id: '240' },
  platform60: { ...platform(60), words: '平台剩1小时', id: '60' },
  platform15: { ...platform(15), words: '平台剩15分', id: '15' },
} as const satisfies Readonly<Record<string, Step>>;
export type StepName = keyof typeof steps;

export const stepNames = [
  'opened',
  'half',
  'near',
  'late',
  'long',
  'first',
  'platform240',
  'platform60',
  'platform15',
] as const satisfies readonly StepName[];

export const targetWords: Readonly<Record<string, RungTarget>> = {
  本人: 'owner',
  组长: 'lead',
  主管: 'head',
  总监: 'director',
  VP: 'vp',
  品控负责人: 'qaLead',
  法务负责人: 'legalLead',
  值班人: 'duty',
};

/** A rung that says nothing is a card. */
export const channelWords: Readonly<Record<string, string>> = Object.fromEntries(
  stepNames.flatMap((name) => [
    [`${steps[name].words} 加急`, `${name}:urgent`],
    [`${steps[name].words} 看板`, `${name}:group`],
  ]),
);

const channelOf = ({ channels = [] }: SlaRow, name: StepName): Rung['channel'] => {
  if (channels.includes(`${name}:urgent`)) return 'urgent';
  return channels.includes(`${name}:group`) ? 'group' : 'card';
};

const idOf = ({ priority, group }: SlaRow, { id }: Step): string => {
  const narrow =
    group === undefined ? '' : `-${createHash('sha256').update(group).digest('hex').slice(0, 6)}`;
  return `${priority.toLowerCase()}-${id}${narrow}`;
};

/** 升级 as one row has it. */
export const rungsOf = (row: SlaRow): readonly Rung[] =>
  stepNames.flatMap((name) => {
    const to = row[name];
    if (!to) return [];
    const { clock, at } = steps[name];
    return [
      {
        id: idOf(row, steps[name]),
        priority: row.priority === 'platform' ? [...priorities] : [row.priority],
        ...(row.group !== undefined && { group: row.group }),
        clock,
        at,
        to,
        channel: channelOf(row, name),
      },
    ];
  });

/** The rungs of a ladder that belong to a row, as its cells. */
export const tellsOf = (
  row: Pick<SlaRow, 'priority' | 'group'>,
  ladder: readonly Rung[],
): Pick<SlaRow, StepName | 'channels'> => {
  const own = stepNames.flatMap((name) => {
    const rung = ladder.find(({ id }) => id === idOf(row, steps[name]));
    return rung ? [{ name, rung }] : [];
  });
  const channels = own.flatMap(({ name, rung }) =>
    rung.channel === 'card' ? [] : [`${name}:${rung.channel}`],
  );
  return {
    ...Object.fromEntries(own.map(({ name, rung }) => [name, rung.to])),
    ...(channels.length > 0 && { channels }),
  };
};
