import * as z from 'zod';
import { parse } from '../../shared/parse.ts';
import { routingRuleSchema } from '../../shared/tickets/desk.ts';
import { categories } from './categories.ts';

const ruleStep = 10;

const problems = categories.flatMap(({ group, team, priority, problems: named }) =>
  named.map((problem) => ({ group, team, priority, ...problem })),
);

/** 分派规则: words that people use for a problem → its category, how urgent it is and whose it is. */
export const routing = parse(
  z.array(routingRuleSchema),
  problems.map(({ group, name, team, priority, anyOf, noneOf }, index) => ({
    order: (index + 1) * ruleStep,
    anyOf: [...anyOf],
    noneOf: [...noneOf],
    category: { group, name },
    priority,
    team,
  })),
);

/** What is asked of another team the moment a case is opened: 食品安全 is never only customer service's. */
export const asksAtOnce = [{ group: '食品安全', priority: 'P0', ask: 'qa' }] as const;
