import { type Bundle, defineBundle, releasesOf } from '../shared/digests/bundle.ts';
import { afterSalesDaily } from './digests/after-sales-daily.ts';
import { agentWeekly } from './digests/agent-weekly.ts';
import { allDigests } from './digests/all.ts';
import { followUpsWeekly } from './digests/follow-ups-weekly.ts';

// Of our own cases: without any it says nothing, so the morning card is the same for a company that has none.
const daily = [...allDigests, afterSalesDaily];

const morning = defineBundle(
  {
    id: 'morning',
    name: '晨报',
    at: '08:47',
    jitterSeconds: 90,
    misfire: { policy: 'sendLate', withinMinutes: 180 },
    colours: '红涨绿跌',
    posts: true,
  },
  daily,
);

export const releases: readonly Bundle[] = releasesOf([morning], [...daily, followUpsWeekly, agentWeekly]);
