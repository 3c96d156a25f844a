import { type Bundle, defineBundle, releasesOf } from '../shared/digests/bundle.ts';
import { allDigests } from './digests/all.ts';
import { followUpsWeekly } from './digests/follow-ups-weekly.ts';

const morning = defineBundle(
  {
    id: 'morning',
    name: '晨报',
    at: '08:47',
    jitterSeconds: 90,
    misfire: { policy: 'sendLate', withinMinutes: 180 },
    colours: '红涨绿跌',
  },
  allDigests,
);

export const releases: readonly Bundle[] = releasesOf([morning], [...allDigests, followUpsWeekly]);
