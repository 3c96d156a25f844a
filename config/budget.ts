import * as z from 'zod/mini';
import { parse } from '../shared/parse.ts';

const share = z.number().check(z.gt(0), z.lte(1));

const budgetSchema = z
  .strictObject({
    /** Calls a month of the whole tenant; `null`: a paid plan without a limit. A setting of `ops budget` replaces it. */
    monthlyCalls: z.nullable(z.int().check(z.positive())),
    /** Shares of the month's calls. From here on the administrators know what the month will cost. */
    forecastFrom: share,
    /** … only final refreshes, no reading of who has read. */
    economyFrom: share,
    /** … only P0, P1, what must be confirmed, the morning card and answers. */
    reservedFrom: share,
    /** … questions get no answer either. */
    silentFrom: share,
    /** … nothing but P0. */
    p0From: share,
    /** Releases that are the morning card. */
    morning: z.array(z.string()),
  })
  .check(
    z.refine(
      ({ forecastFrom, economyFrom, reservedFrom, silentFrom, p0From }) =>
        forecastFrom < economyFrom &&
        economyFrom < reservedFrom &&
        reservedFrom <= silentFrom &&
        silentFrom <= p0From,
      'the shares must rise',
    ),
  );

/** The free plan (基础免费版): open.feishu.cn, help centre, 自建应用 API 调用量上限调整说明. */
export const budget = parse(budgetSchema, {
  monthlyCalls: 10_000,
  forecastFrom: 0.7,
  economyFrom: 0.85,
  reservedFrom: 0.95,
  silentFrom: 0.98,
  p0From: 0.99,
  morning: ['morning'],
});
