import * as z from 'zod';
import { parse } from '../../shared/parse.ts';
import { routingRuleSchema } from '../../shared/tickets/desk.ts';

/** 分派规则: words that people use for a problem → its category, how urgent it is and whose it is. */
export const routing = parse(z.array(routingRuleSchema), [
  {
    order: 100,
    anyOf: ['漏发', '少发', '少了'],
    category: { group: '仓储发货', name: '漏发/少发' },
    priority: 'P2',
    team: 'care',
  },
]);
