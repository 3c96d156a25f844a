import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundle, bytesOf } from '../../bench/bundle.ts';

it('ticket-intake ships no SDK and no whole zod: a shop hangs up after 5 s, cold start included', async () => {
  const file = await bundle('functions/ticket-intake/handler.ts');
  expect(bytesOf(file)).toBeLessThan(70_000);
  expect(readFileSync(file, 'utf8')).not.toMatch(/larksuite|DynamoDBClient/);
});
