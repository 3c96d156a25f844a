import { allAlerts } from '../../config/alerts/all.ts';
import type { Alert } from '../alerts/definition.ts';
import { dayOf, monthOf } from '../calendar/day.ts';
import type { Settings } from '../store/settings.ts';
import { rowsInForce } from './in-force.ts';
import { alertWith } from './lines.ts';
import { rememberFor } from './remember.ts';
import { targetsSheet } from './targets.ts';

/** The alerts with the lines of 目标与阈值, read once a minute. */
export const alertsInForce = (
  settings: Pick<Settings, 'current'>,
  now: () => Date,
): (() => Promise<readonly Alert[]>) =>
  rememberFor(now, async (at) => {
    const { rows, version } = await rowsInForce(settings)(targetsSheet);
    if (version === 0) return allAlerts;
    const month = monthOf(dayOf(at));
    return allAlerts.map((alert) =>
      alertWith(
        alert,
        rows.map(({ row }) => row),
        month,
      ),
    );
  });
