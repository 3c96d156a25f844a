import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { table } from '../../shared/store/table.ts';

// It takes connections and never says a word.
const silent = createServer();

beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'ap-southeast-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});

afterAll(() => {
  vi.unstubAllEnvs();
  silent.close();
});

it('a DynamoDB that never answers ends the call after three tries of two seconds', async () => {
  const rows = table('anything', z.object({ id: z.string() }));
  const began = Date.now();
  await expect(rows.get({ id: '1' })).rejects.toThrow();
  expect(Date.now() - began).toBeGreaterThan(5_500);
  expect(Date.now() - began).toBeLessThan(12_000);
});
