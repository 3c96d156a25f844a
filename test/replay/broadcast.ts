import { expect, it } from 'vitest';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import type { ReplayWorld } from './world.ts';

/** An administrator drafts a policy; its stream brings the form, and nothing is left for the tick. */
export const replayBroadcast =
  ({ tables, replay, shownTo }: ReplayWorld) =>
  (): void => {
    it('drafts a post by command, reads it when its stream comes, and rests', async () => {
      expect(await replay('broadcast/draft.json')).toMatchObject({ ok: true, post: 'policies-1' });
      expect(await replay('broadcast/post.json')).toEqual({ batchItemFailures: [] });
      const found = await broadcasts(tables.name('broadcasts')).find('policies-1');
      expect(found).toMatchObject({ state: 'draft', page: { title: '差旅与报销制度' } });
      expect(shownTo('常悦').join('\n')).toContain('post_summary');
      expect(await replay('broadcast/list.json')).toMatchObject({
        ok: true,
        posts: [{ post: 'policies-1', state: 'draft' }],
      });
      expect(await replay('broadcast/tick.json')).toMatchObject({ due: 0, broken: 0 });
    });
  };
