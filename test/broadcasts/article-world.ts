import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ArticleProgress, ProgressPort } from '../../shared/broadcasts/article-progress.ts';
import { type PublishDeps, publishArticle } from '../../shared/broadcasts/article-publish.ts';
import { type FeishuClient, feishuClient } from '../../shared/feishu/client.ts';
import { type ManualClock, manualClock } from '../../simulator/clock.ts';
import { docActsOf, joinSpace } from '../../simulator/feishu/docs/acts.ts';
import { titleOf } from '../../simulator/feishu/docs/documents.ts';
import type { Doc } from '../../simulator/feishu/docs/model.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from '../feishu/quiet-apps.ts';

export const APP = 'cli_a1legal00000002';

/** A picture of one pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
export const PIXEL_URI = `data:image/png;base64,${PIXEL.toString('base64')}`;

export type ArticleWorld = {
  readonly feishu: FeishuSimulator;
  readonly clock: ManualClock;
  readonly client: FeishuClient;
  readonly patience: PublishDeps['patience'];
  readonly spaceId: string;
  readonly deps: (client?: FeishuClient, progress?: ProgressPort) => PublishDeps;
  readonly pages: () => readonly { readonly title: string; readonly token: string; readonly doc: Doc }[];
  readonly write: (title: string, markdown: string, more?: { readonly apps?: Record<string, 'view'> }) => Doc;
  readonly close: () => Promise<void>;
};

/** Progress as a table keeps it: what is saved is there, whatever happens next. */
export const progressPort = (kept = new Map<string, ArticleProgress>()): ProgressPort => ({
  load: (key) => Promise.resolve(kept.get(key)),
  save: (key, progress) => {
    kept.set(key, structuredClone(progress));
    return Promise.resolve();
  },
});

export const startArticles = async (): Promise<ArticleWorld> => {
  const clock = manualClock(Date.parse('2026-11-23T01:00:00Z'));
  const feishu = await startFeishu({ clock, apps: quietApps, switches: { wikiWriteMs: 0 } });
  const { tenant } = feishu;
  const client = feishuClient({
    appId: APP,
    appSecret: 'dev-secret-legal',
    domain: feishu.url,
    now: clock.now,
  });
  const { id: spaceId } = tenant.spaces.create({ name: '薄荷法讯', description: '', isPublic: true });
  joinSpace(tenant, spaceId, [APP, 'admin']);
  const sleep = async (ms: number): Promise<void> => {
    await clock.advance(ms);
  };
  const patience = { withinMs: 20_000, sleep, now: clock.now };
  const author = tenant.company.people[0]?.unionId ?? '';
  return {
    feishu,
    clock,
    client,
    patience,
    spaceId,
    deps: (given = client, progress = progressPort()) => ({
      client: given,
      progress,
      patience,
      pageUrl: (token) => `https://mint.feishu.cn/wiki/${token}`,
    }),
    pages: () =>
      [...(tenant.spaces.get(spaceId)?.nodes.values() ?? [])].flatMap(({ token, objToken }) => {
        const doc = tenant.documents.get(objToken);
        return doc ? [{ title: titleOf(doc), token, doc }] : [];
      }),
    write: (title, markdown, { apps } = {}) =>
      docActsOf(tenant, author).write({ title, markdown, isOpen: false, apps }),
    close: feishu.close,
  };
};

/** Ends a run as a dying function does: before its n-th call has left, or after it was done. */
export const dyingClient = (
  client: FeishuClient,
  at: { readonly call: number; readonly when: 'before' | 'after' },
): FeishuClient => {
  let calls = 0;
  return {
    appId: client.appId,
    call: async (request, schema) => {
      calls += 1;
      if (calls === at.call && at.when === 'before') throw new Error('died');
      const outcome = await client.call(request, schema);
      if (calls === at.call) throw new Error('died');
      return outcome;
    },
  };
};

export type Web = { readonly host: string; readonly url: string; readonly close: () => void };

export const startWeb = async (listener: RequestListener): Promise<Web> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

export const publish = (
  world: ArticleWorld,
  input: Partial<Parameters<ReturnType<typeof publishArticle>>[0]>,
  deps = world.deps(),
) =>
  publishArticle(deps)({
    key: 'legal-42',
    title: '出差报销新规',
    markdown: '第一段。',
    place: { spaceId: world.spaceId },
    ...input,
  });
