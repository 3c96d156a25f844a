import { expect, it } from 'vitest';
import { keepSnapshot } from '../../shared/broadcasts/snapshot.ts';
import { contents } from '../../shared/store/contents.ts';
import { people } from '../../shared/store/people.ts';
import { postOf, publish, storesIn } from '../workbench/posts.ts';
import type { ReplayWorld } from './world.ts';

/** Somebody who wrote a post reads and confirms it, looks at its report and pauses it. */
export const replayWorkbench =
  ({ tables, replay, personCalled }: ReplayWorld) =>
  (): void => {
    const reader = '林知夏';
    const unionId = (): string => personCalled(reader).unionId;

    it.each([
      ['login.js', 200, '用飞书账号登录'],
      ['login-forged.js', 400, '登录没有完成'],
      ['login-code.js', 400, '授权码已失效或用过'],
    ])('answers %s with %i', async (file, statusCode, words) => {
      const reply = await replay(`workbench/${file}`);
      expect(reply).toMatchObject({ statusCode });
      expect(JSON.stringify(reply)).toContain(words);
    });

    it('prepares a post', async () => {
      const directory = people(tables.name('people'));
      const facts = { person: unionId(), name: reader, jobTitle: '', departments: ['法务'], roles: [] };
      await directory.record({ ...facts, syncedAt: new Date().toISOString() });
      const members = [{ person: unionId(), name: reader, departments: ['法务'] }];
      const kept = await keepSnapshot(contents(tables.name('contents')))(postOf(), members, new Date());
      await publish(tables, { post: postOf({ target: 1, snapshots: [...kept] }), people: [unionId()] });
    });

    it.each([
      ['home.js', 200, '需要你确认'],
      ['past.js', 200, '往期'],
      ['post.js', 200, '我已阅读并知悉'],
      ['article.js', 302, 'applink.feishu.cn'],
      ['confirm.js', 303, '/workbench/posts/legal-42'],
      ['me.js', 200, '我的数据'],
      ['me-file.js', 200, 'broadcast:legal-42:v1'],
      ['reports.js', 200, '薄荷法讯 第 42 期'],
      ['report.js', 200, '应触达 1 = 已确认 1'],
      ['names.js', 200, '已确认'],
      ['evidence.js', 200, 'Ed25519'],
      ['pause.js', 303, '/workbench/reports/legal-42'],
    ])('answers %s with %i', async (file, statusCode, words) => {
      const reply = await replay(`workbench/${file}`);
      expect(reply).toMatchObject({ statusCode });
      expect(JSON.stringify(reply)).toContain(words);
    });

    it('leaves what was said in the tables', async () => {
      const { broadcasts, deliveries } = storesIn(tables);
      const key = { subject: 'broadcast:legal-42:v1', recipient: unionId() };
      expect(await deliveries.find(key)).toMatchObject({ state: 'confirmed', confirmed: { via: 'page' } });
      expect(await broadcasts.find('legal-42')).toMatchObject({ state: 'paused' });
    });
  };
