/**
 * Small rows that many functions share. Access patterns, all by key: add to and read a month's call count.
 */
import * as z from 'zod';
import { table } from './table.ts';

const budgetSchema = z.object({ id: z.string(), calls: z.number().int() });

export type Ops = {
  /** Adds calls that count against the tenant's monthly quota. `month` is YYYY-MM in Asia/Shanghai. */
  readonly addCalls: (month: string, calls: number) => Promise<void>;
  readonly callsOf: (month: string) => Promise<number>;
};

export const ops = (name: string): Ops => {
  const budget = table(name, budgetSchema);
  return {
    addCalls: async (month, calls) => {
      if (calls === 0) return;
      await budget.update(
        { id: `budget#${month}` },
        { UpdateExpression: 'ADD calls :calls', ExpressionAttributeValues: { ':calls': calls } },
      );
    },
    callsOf: async (month) => (await budget.get({ id: `budget#${month}` }))?.calls ?? 0,
  };
};
