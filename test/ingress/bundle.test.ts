import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundle, bytesOf } from '../../bench/bundle.ts';

it('feishu-events ships no SDK and no whole zod: Feishu waits 1 s for the address check, cold start included', async () => {
  const file = await bundle('functions/feishu-events/handler.ts');
  // Bytes. One careless `z.core.…` brings in all of zod with its 40 languages: 445,000.
  expect(bytesOf(file)).toBeLessThan(70_000);
  expect(readFileSync(file, 'utf8')).not.toMatch(/larksuite|DynamoDBClient/);
});
