import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundle, bytesOf } from '../../bench/bundle.ts';

it('feishu-cards ships no Feishu SDK: the first click of a day is a cold start within 3 s', async () => {
  const file = await bundle('functions/feishu-cards/handler.ts');
  // Bytes: the DynamoDB client and zod are five sixths of it; the Feishu SDK alone would be three times as much.
  expect(bytesOf(file)).toBeLessThan(680_000);
  expect(readFileSync(file, 'utf8')).not.toMatch(/larksuite/);
});
