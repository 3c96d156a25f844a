import * as z from 'zod';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { errorFields } from '../../shared/log.ts';
import { type AccountCheckDeps, accountChecks } from './account-checks.ts';
import { callbackCheck } from './callback-check.ts';
import { broken, type Check, unknown } from './check.ts';
import { type ClockDeps, clockChecks } from './clock-checks.ts';
import { type DirectoryDeps, directoryChecks } from './directory-checks.ts';
import { type FeishuCheckDeps, feishuChecks } from './feishu-checks.ts';
import { type FlowDeps, flowChecks } from './flow-checks.ts';
import { callbackKeysOf, secretChecks } from './secret-checks.ts';
import { type SettingCheckDeps, settingChecks } from './setting-checks.ts';
import { type TableDeps, tableChecks } from './table-checks.ts';
import { workbenchCheck } from './workbench-check.ts';

export type DoctorDeps = AccountCheckDeps &
  ClockDeps &
  DirectoryDeps &
  FeishuCheckDeps &
  FlowDeps &
  SettingCheckDeps &
  TableDeps;

/** Whether somebody listens to the alarms only AWS knows, and this function may not ask. */
const alarmsCheck = unknown('alarms.subscribed', {
  detail: 'not visible from here',
  fix: 'aws sns list-subscriptions-by-topic --topic-arn …:zhida-<stage>-alarms; subscribe an address that is read',
});

const queueCheck = unknown('on-failure-queue', {
  detail: 'not visible from here; its alarm rises at one record',
  fix: 'aws sqs get-queue-attributes --queue-url …/zhida-<stage>-on-failure --attribute-names ApproximateNumberOfMessages',
});

type Group = readonly [name: string, run: () => Promise<readonly Check[]>];

/** A group that breaks says so and keeps no other back: that is when a doctor is called. */
const examine = async ([name, run]: Group): Promise<readonly Check[]> => {
  try {
    return await run();
  } catch (error) {
    const { code, error: kind } = errorFields(error);
    const detail = `could not be looked at: ${String(kind)} ${String(code)}`;
    return [broken(name, { detail, fix: 'mend the checks above first (tables, secrets), then ask again' })];
  }
};

/** Every check there is, tables and secrets first: the others need them. */
export const diagnose =
  (deps: DoctorDeps) =>
  async (now: Date, url?: string): Promise<readonly Check[]> => {
    const groups: readonly Group[] = [
      ['tables', () => tableChecks(deps)],
      ['secrets', () => Promise.resolve(secretChecks(deps))],
      ['clocks', () => clockChecks(deps, now)],
      ['feishu', () => feishuChecks(deps)],
      ['callback', async () => [await callbackCheck(url, callbackKeysOf(deps)[0])]],
      ['workbench', async () => [await workbenchCheck(url)]],
      ['settings', () => settingChecks(deps, now)],
      ['directory', () => directoryChecks(deps, now)],
      ['accounts', () => accountChecks(deps, now)],
      ['flow', () => flowChecks(deps, now)],
      ['alarms', () => Promise.resolve([alarmsCheck, queueCheck])],
    ];
    return (await Promise.all(groups.map(examine))).flat();
  };

const isBroken = ({ ok, severity }: Check): boolean => ok === false && severity === undefined;

/** What is wrong and one line to mend each. Reads only; a few calls of the month's quota. */
export const doctor = (deps: DoctorDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      /** Our own address for Feishu's events, to see whether it answers. */
      url: z.url().optional(),
      /** Only what isn't ok. */
      brief: z.boolean().default(false),
    }),
    async ({ url, brief }, now): Promise<CommandReply> => {
      const checks = await diagnose(deps)(now, url);
      return {
        healthy: !checks.some(isBroken),
        broken: checks.filter(isBroken).length,
        warnings: checks.filter(({ severity }) => severity === 'warning').length,
        unknown: checks.filter(({ ok }) => ok === 'unknown').length,
        checked: checks.length,
        checks: brief ? checks.filter(({ ok }) => ok !== true) : checks,
      };
    },
  );
