import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { copyProject, type Ended, runNode, serverless } from './project.ts';

const project = copyProject();
const changed = new Map<string, string | undefined>();

const write = (file: string, text: string): void => {
  writeFileSync(join(project, file), text);
};
/** Breaks one file of the copy until the test is over. */
const change = (file: string, from: string, to: string): void => {
  const text = readFileSync(join(project, file), 'utf8');
  expect(text).toContain(from);
  changed.set(file, text);
  write(file, text.replace(from, to));
};
afterEach(() => {
  for (const [file, text] of changed) write(file, text ?? '');
  changed.clear();
});

const check = (): Promise<Ended> =>
  runNode(project, [
    '-e',
    'import("./config/check.ts").then((m) => m.checkConfig()).catch((e) => { console.log(e.code, e.message); process.exit(1); })',
  ]);

describe('the stage of a developer’s machine', () => {
  it.each([
    [['deploy']],

    [['remove']],
    [['deploy', 'function', '-f', 'ops']],
  ])(
    'refuses serverless %j',
    async (args) => {
      const { code, output } = await serverless(project, args);
      expect(code).not.toBe(0);
      expect(output).toContain('stage "local" is the one on your machine');
    },
    60_000,
  );
});

const sales = 'config/digests/sales-daily.ts';
const legal = 'config/accounts/legal.ts';
const late = ['maxAgeMinutes: 720', 'maxAgeMinutes: -720'] as const;

describe('a wrong config file', () => {
  it('stops serverless package, named with its field', async () => {
    change(sales, ...late);
    const { code, output } = await serverless(project, ['package', '--stage', 'prod']);
    expect(code).not.toBe(0);
    expect(output).toContain(`${sales}: freshness.maxAgeMinutes: `);
  }, 60_000);

  it('stops npm start before anything is started, named with its field', async () => {
    change(sales, ...late);
    const { code, output } = await runNode(project, ['simulator/start.ts']);
    expect(code).toBe(1);
    expect(output).toMatch(
      /^invalid_config: config\/digests\/sales-daily\.ts: freshness\.maxAgeMinutes: .*\n$/,
    );
  });

  it('is not seen where there is none', async () => {
    expect(await check()).toEqual({ code: 0, output: '' });
  });

  it.each([
    { file: sales, from: "id: 'sales-daily'", to: "id: 'sales'", what: `${sales}: id: is sales` },
    { file: sales, from: "bundle: 'morning'", to: "bundle: 'evening'", what: `${sales}: bundle: evening` },
    {
      file: sales,
      from: "['paidAmount', 'orders',",
      to: "['paidAmount', 'headcount',",
      what: `${sales}: headline.1: `,
    },
    { file: sales, from: 'export const', to: 'export konst', what: `${sales}: ` },
    {
      file: 'config/digests/all.ts',
      from: 'salesDaily, stockDaily',
      to: 'stockDaily',
      what: `${sales}: is missing in config/digests/all.ts`,
    },
    {
      file: 'config/alerts/refund-rate.ts',
      from: 'recover: 0.06',
      to: 'recover: 0.09',
      what: 'config/alerts/refund-rate.ts: condition.recover: is not on the good side of the threshold',
    },
    {
      file: 'config/alerts/all.ts',
      from: '[refundRate, ',
      to: '[',
      what: 'config/alerts/refund-rate.ts: is missing in config/alerts/all.ts',
    },
    { file: legal, from: "id: 'legal'", to: "id: 'law'", what: `${legal}: id: is law` },
    { file: legal, from: "id: 'legal'", to: "id: 'Legal'", what: `${legal}: id: is not a short lower-case` },
    { file: legal, from: "sender: 'legal'", to: "sender: 'law'", what: `${legal}: sender: law is not in` },
    {
      file: legal,
      from: "editors: [{ departments: ['法务'] }]",
      to: "editors: [{ departments: ['  '] }]",
      what: `${legal}: editors.0.departments: is blank`,
    },
    {
      file: legal,
      from: "roles: ['部门负责人']",
      to: 'roles: []',
      what: `${legal}: approvers.0.roles: `,
    },
    {
      file: legal,
      from: "groups: ['全员群']",
      to: "groups: ['全员群', ' ']",
      what: `${legal}: groups: is blank`,
    },
    {
      file: 'config/accounts/policies.ts',
      from: "name: '制度与流程'",
      to: "name: '薄荷法讯'",
      what: 'config/accounts/policies.ts: name: 薄荷法讯 is also that of config/accounts/legal.ts',
    },
    {
      file: legal,
      from: 'ladder: defaultLadder',
      to: "ladder: { ...defaultLadder, urgentAt: '9:00' }",
      what: `${legal}: ladder.urgentAt: is not a time HH:mm`,
    },
    {
      file: legal,
      from: 'ladder: defaultLadder',
      to: "ladder: { ...defaultLadder, managersAt: '21:00' }",
      what: `${legal}: ladder.managersAt: 21:00 is outside`,
    },
    {
      file: 'config/accounts/all.ts',
      from: '[legal, policies]',
      to: '[policies]',
      what: `${legal}: is missing in config/accounts/all.ts`,
    },
    {
      file: 'config/bundles.ts',
      from: "at: '08:47'",
      to: "at: '8:47'",
      what: 'config/bundles.ts: morning: at: ',
    },
    {
      file: 'config/admins.ts',
      from: 'people: [],',
      to: "people: ['许念'],",
      what: 'config/admins.ts: people.0: is not a union_id',
    },
    {
      file: 'config/roles.ts',
      from: 'export const',
      to: "throw new Error('broken');\nexport const",
      what: 'config/roles.ts: broken',
    },
  ])('$what', async ({ file, from, to, what }) => {
    change(file, from, to);
    const { code, output } = await check();
    expect(output).toContain(`invalid_config ${what}`);
    expect(code).toBe(1);
  });
});
