import { setTimeout as wait } from 'node:timers/promises';
import type { Deliveries } from '../shared/store/deliveries.ts';
import type { Tickets } from '../shared/store/tickets.ts';
import type { Windows } from '../shared/store/windows.ts';
import type { Sim } from './demo-people.ts';
import type { Stack } from './stack.ts';

export type Play = {
  readonly stack: Stack;
  readonly sim: Sim;
  readonly deliveries: Deliveries;
  readonly windows: Windows;
  readonly tickets: Tickets;
  /** Whatever was expected and didn't happen. */
  readonly problems: string[];
};

export const tell = (line: string): void => {
  console.log(`  ${line}`);
};

/** The stores find the engine by the environment when they are first used. */
export const openStores = async ({
  dynamodb,
}: Stack): Promise<Pick<Play, 'deliveries' | 'windows' | 'tickets'>> => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_REGION: 'ap-southeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const { deliveries } = await import('../shared/store/deliveries.ts');
  const { tickets } = await import('../shared/store/tickets.ts');
  const { windows } = await import('../shared/store/windows.ts');
  return {
    deliveries: deliveries('zhida-local-deliveries'),
    windows: windows('zhida-local-digests'),
    tickets: tickets('zhida-local-tickets'),
  };
};

type Until = (play: Play, what: string, holds: () => Promise<boolean>) => Promise<void>;

export const within =
  (ms: number): Until =>
  async ({ problems }, what, holds) => {
    const deadline = Date.now() + ms;
    while (!(await holds())) {
      if (Date.now() > deadline) {
        problems.push(what);
        return;
      }
      await wait(50);
    }
  };

export const until = within(30_000);
