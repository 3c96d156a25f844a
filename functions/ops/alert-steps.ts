import { whyTold } from '../../shared/alerts/audience.ts';
import type { Alert } from '../../shared/alerts/definition.ts';
import { clockTime, dayOf } from '../../shared/calendar/day.ts';
import type { Step } from '../../shared/delivery/explain-delivery.ts';
import type { AlertRow } from '../../shared/store/alerts.ts';
import { dimsText } from '../../shared/store/metrics.ts';
import type { Person } from '../../shared/store/people.ts';

export const firingSubject = ({ alert, dims, state }: AlertRow): string =>
  `alert:${alert}:${dimsText(dims) || '-'}:${state.n}`;

const moment = (iso: string): string => `${dayOf(new Date(iso)).slice(5)} ${clockTime(new Date(iso))}`;

const audienceStep = (alert: Alert, { dims }: AlertRow, person: Person): Step => {
  const why = whyTold(alert, dims, person);
  return why === undefined
    ? { code: 'alert:not_in_audience', text: `${alert.name}：不在接收范围` }
    : { code: 'alert:in_audience', text: `${alert.name}：包含（${why}）` };
};

const stateStep = ({ state }: AlertRow): Step => {
  const { n, active, firedAt, recoveredAt, run } = state;
  if (n === 0 || firedAt === undefined) {
    const points = run ? `，当前连续 ${run.points} 个点为 ${run.reading}` : '';
    return { code: 'alert:never_fired', text: `还没有触发过${points}` };
  }
  if (active) return { code: 'alert:firing', text: `第 ${n} 次触发，自 ${moment(firedAt)} 起未恢复` };
  const recovered = recoveredAt ? `，${moment(recoveredAt)} 恢复` : '';
  return { code: 'alert:recovered', text: `第 ${n} 次触发于 ${moment(firedAt)}${recovered}` };
};

const graceStep = ({ state }: AlertRow, now: Date): readonly Step[] => {
  const { graceUntil, active } = state;
  if (active || graceUntil === undefined || Date.parse(graceUntil) <= now.getTime()) return [];
  return [{ code: 'alert:in_grace', text: `${moment(graceUntil)} 前再次异常不另发卡片` }];
};

const wholeStep = ({ planned, target = 0 }: AlertRow): Step =>
  planned
    ? { code: 'alert:planned', text: `本次应通知 ${target} 人`, detail: true }
    : { code: 'alert:planning', text: '本次名单还在生成', detail: true };

/** What the state machine of an alert has decided for one combination of values, and whether it is this person's. */
export const alertSteps = (
  alert: Alert,
  row: AlertRow,
  { person, now }: { readonly person: Person; readonly now: Date },
): readonly Step[] => [
  audienceStep(alert, row, person),
  stateStep(row),
  ...(row.state.n > 0 ? [wholeStep(row)] : []),
  ...graceStep(row, now),
];
