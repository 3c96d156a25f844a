import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundle, bytesOf } from '../../bench/bundle.ts';
import { articleScript, loginScript } from '../../functions/workbench/scripts.ts';
import { style } from '../../functions/workbench/style.ts';

it('workbench ships no Feishu SDK: a person waits for the first page', async () => {
  const file = await bundle('functions/workbench/handler.ts');
  expect(bytesOf(file)).toBeLessThan(700_000);
  expect(readFileSync(file, 'utf8')).not.toContain('larksuite');
});

it('all of its own script is a few lines, and a page carries its style itself', () => {
  expect(Buffer.byteLength(loginScript + articleScript)).toBeLessThan(5_000);
  expect(Buffer.byteLength(style)).toBeLessThan(6_000);
});
