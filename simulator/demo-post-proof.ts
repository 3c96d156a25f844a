import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { command } from './command.ts';
import { tell } from './demo-play.ts';
import type { Desk } from './demo-scene.ts';

const provenSchema = z.looseObject({ evidence: z.looseObject({}) });
const checkedSchema = z.looseObject({ holds: z.boolean(), people: z.int() });

/** 凭证: written to a file as an administrator keeps it, and checked by `ops` without any table. */
export const proveAndVerify = async ({ play }: Desk, post: string): Promise<boolean> => {
  const { evidence } = provenSchema.parse(await command(play.stack, 'broadcast', { do: 'evidence', post }));
  const folder = await mkdtemp(join(tmpdir(), 'zhida-evidence-'));
  const file = join(folder, `${post}.json`);
  await writeFile(file, JSON.stringify(evidence));
  const check = { do: 'verify', evidence: file };
  const { holds, people } = checkedSchema.parse(await command(play.stack, 'ops', check));
  await rm(folder, { recursive: true });
  if (!holds) play.problems.push(`the evidence of ${post} doesn't hold`);
  tell(`管理员：导出 ${post} 的凭证，离线核对 ${people} 人逐条${holds ? '一致，签名有效' : '不一致'}`);
  return holds;
};
