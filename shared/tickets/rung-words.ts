import type { Desk, Rung } from './desk.ts';
import { clockWords } from './words.ts';

/** `<cycle>:<clock>:<rung>` → the step of the ladder in force that it was. */
export const rungOf = ({ ladder }: Pick<Desk, 'ladder'>, key: string): Rung | undefined => {
  const [, , id] = key.split(':');
  return ladder.find((rung) => rung.id === id);
};

const atWords = ({ at, clock }: Rung): string => {
  if ('minutesBefore' in at) return `距平台截止 ${at.minutesBefore} 分钟`;
  if (at.percent === 0) return '新的紧急工单';
  if (at.percent === 100) return `${clockWords[clock]}已超时`;
  return `${clockWords[clock]}时效已用 ${at.percent}%`;
};

/** 催办第 2 级：处理已超时. */
export const rungWords = (desk: Pick<Desk, 'ladder'>, key: string): string => {
  const rung = rungOf(desk, key);
  if (!rung) return '催办';
  const steps = desk.ladder.filter(
    (step) => step.clock === rung.clock && step.priority.some((each) => rung.priority.includes(each)),
  );
  return `催办第 ${steps.indexOf(rung) + 1} 级：${atWords(rung)}`;
};
