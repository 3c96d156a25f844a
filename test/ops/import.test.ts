import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { opsCommands } from '../../functions/ops/commands.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import { seals } from '../../shared/seal.ts';
import { readReceipt } from '../../shared/sources/read-receipt.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { sealKey } from '../ingress/calls.ts';
import { clinic } from './clinic.ts';

const { tables, wired } = clinic();
const ops = (event: object) => runCommand(opsCommands(wired()), event);
const head = '渠道,订单号,商品,批次,内容,金额,联系电话,时间,收货地址';
const row = (change: Partial<Record<string, string>> = {}): string => {
  const cells = {
    渠道: '天猫旗舰店',
    订单号: '"=""4705288465508532862"""',
    商品: '蛋白棒·可可',
    批次: '20261012',
    内容: '"打开有异味，\n还有点结块"',
    金额: '59.9',
    联系电话: '13800138000',
    时间: '2026-11-23 10:05',
    收货地址: '某路 1 号',
    ...change,
  };
  return Object.values(cells).join(',');
};
const csv = (...rows: readonly string[]): string => `\uFEFF${[head, ...rows].join('\r\n')}\r\n`;
const stored = async () => {
  const { Items = [] } = await tables.documents().send(new ScanCommand({ TableName: tables.name('inbox') }));
  return Items;
};
let before = 0;
beforeEach(async () => {
  before = (await stored()).length;
});
const added = async () => (await stored()).length - before;

describe('ops import', () => {
  it('is a dry run that names what it ignores, until it is told to', async () => {
    expect(await ops({ do: 'import', csv: csv(row(), row()) })).toEqual({
      ok: true,
      dryRun: true,
      rows: 2,
      cases: 1,
      columns: ['渠道', '订单号', '商品', '批次', '内容', '金额', '联系电话', '时间'],
      ignoredColumns: ['收货地址'],
      hint: 'add "confirm": true to import',
    });
    expect(await added()).toBe(0);
  });

  it('writes one sealed receipt per case that its reader understands, and none when it is imported again', async () => {
    const input = { do: 'import', csv: csv(row({ 批次: '20261013' })), confirm: true };
    expect(await ops(input)).toMatchObject({ ok: true, written: 1, knownBefore: 0 });
    expect(await ops(input)).toMatchObject({ ok: true, written: 0, knownBefore: 1 });
    expect(await added()).toBe(1);
    const raw = (await stored()).find(({ source }) => source === 'import');
    expect(raw).toMatchObject({ work: 'ticket', dueShard: 'ticket', state: 'received', sender: 'table' });
    expect(JSON.stringify(raw)).not.toContain('13800138000');
    const receipt = await inbox(tables.name('inbox')).find(String(raw?.['id']));
    if (!receipt) throw new Error('the receipt is gone');
    const text = seals([Buffer.from(sealKey, 'base64')]).open(receipt.body ?? '');
    expect(readReceipt(receipt, text)).toMatchObject({
      kind: 'events',
      events: [
        {
          source: 'import',
          what: 'opened',
          kind: 'complaint',
          shopName: '天猫旗舰店',
          orderIds: ['4705288465508532862'],
          productName: '蛋白棒·可可',
          batchNo: '20261013',
          content: '打开有异味，\n还有点结块',
          amountFen: 5990,
          buyerPhone: '13800138000',
          occurredAt: '2026-11-23T02:05:00.000Z',
        },
      ],
    });
  });

  it('names bad cells by line and column and writes none of the good rows either', async () => {
    const table = csv(
      row(),
      row({ 订单号: '4.70529E+18', 金额: '五十九' }),
      row({ 时间: '2026-02-30 10:00' }),
      row({ 内容: '' }),
    );
    const reply = await ops({ do: 'import', csv: table, confirm: true });
    expect(reply).toMatchObject({ ok: false, code: 'rows_unreadable', total: 4 });
    const problems = reply['problems'] as { line: number; column: string }[];
    // Line 2 and 3 are the first case: its text has two lines.
    expect(problems.map(({ line, column }) => `${line} ${column}`)).toEqual([
      '4 订单号',
      '4 金额',
      '6 时间',
      '8 内容',
    ]);
    expect(await added()).toBe(0);
  });

  it.each([
    ['a table whose head we do not know', 'a,b\n1,2\n', 'no_known_column'],
    ['an empty table', '', 'no_known_column'],
    ['a file that is no UTF-8', `内容\n\uFFFD\uFFFD\n`, 'csv_not_utf8'],
    ['a quote that never ends', '内容\n"结块\n', 'csv_unreadable'],
    ['a row with a cell too many', '内容,金额\n结块,1,2\n', 'csv_unreadable'],
  ])('refuses %s', async (_what, text, code) => {
    expect(await ops({ do: 'import', csv: text, confirm: true })).toMatchObject({ ok: false, code });
    expect(await added()).toBe(0);
  });

  it('takes ids as shops protect them from Excel', async () => {
    for (const id of ['="4705288465508532862"', "'4705288465508532862", '\t4705288465508532862']) {
      const table = csv(row({ 订单号: id, 批次: `B${id.length}` }));
      expect(await ops({ do: 'import', csv: table, confirm: true })).toMatchObject({ written: 1 });
    }
    const { open } = seals([Buffer.from(sealKey, 'base64')]);
    for (const raw of await stored()) {
      const receipt = await inbox(tables.name('inbox')).find(String(raw['id']));
      if (!receipt) throw new Error('the receipt is gone');
      expect(JSON.stringify(readReceipt(receipt, open(receipt.body ?? '')))).toMatch(
        /"470528846550853286[23]"/,
      );
    }
  });

  it('takes JSON rows, and no number that has lost its digits', async () => {
    const rows = [{ 内容: '少发一袋', 金额: 132, 订单号: '4705288465508532863' }];
    expect(await ops({ do: 'import', rows, confirm: true })).toMatchObject({ written: 1 });
    const lost = [{ 内容: '少发一袋', 订单号: Number('4705288465508532863') }];
    expect(await ops({ do: 'import', rows: lost })).toMatchObject({ ok: false, code: 'digits_lost' });
    expect(await ops({ do: 'import' })).toMatchObject({ ok: false, code: 'invalid_input' });
  });

  it('reads a table whose columns are parted by tabs', async () => {
    const table = '内容\t渠道\n瓶盖破损,漏了\t京东\n';
    expect(await ops({ do: 'import', csv: table })).toMatchObject({ cases: 1, columns: ['内容', '渠道'] });
  });
});
