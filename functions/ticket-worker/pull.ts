import * as z from 'zod';
import { jsonText } from '../../shared/config.ts';
import { accessTokens, pullMessages, type WecomDeps } from '../../shared/connectors/wecom.ts';
import { UpstreamError } from '../../shared/errors.ts';
import type { ReadReceipt } from '../../shared/sources/read-receipt.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import type { Cursors } from '../../shared/store/cursors.ts';

/** `WECOM_APPS`: corp id and the secret of its app 微信客服, by which messages may be read; none without WeCom. */
export const wecomAppsSchema = jsonText(
  z.array(z.object({ corpId: z.string().min(1), secret: z.string().min(1) })),
);

export type PullDeps = {
  /** By corp id. */
  readonly pulls: ReadonlyMap<string, ReturnType<typeof pullMessages>>;
  readonly cursors: Cursors;
};

/** A token of WeCom is asked for once per instance, not once per message. */
export const wecomPulls = (
  apps: z.output<typeof wecomAppsSchema>,
  deps: Omit<WecomDeps, 'corpId' | 'secret'>,
): PullDeps['pulls'] =>
  new Map(
    apps.map((app) => {
      const own = { ...deps, ...app };
      return [app.corpId, pullMessages(own, accessTokens(own))];
    }),
  );

/** A page is 1,000 messages; the next callback goes on where this one ends. */
const mostPages = 20;

export type Waiting = Extract<ReadReceipt, { readonly kind: 'pull' }>;

/**
 * Hands on what waits at WeCom, page by page. A page is done before the place behind it is kept: after a crash it comes
 * again, which changes nothing. Throws UpstreamError `wecom_app_missing`, and what pulling throws.
 */
export const pullEvents =
  ({ pulls, cursors }: PullDeps) =>
  async ({ corpId, hint }: Waiting, each: (event: SourceEvent) => Promise<void>): Promise<void> => {
    const pull = pulls.get(corpId);
    if (!pull) throw new UpstreamError('wecom_app_missing', 'WECOM_APPS has no secret of this corp');
    const system = `wecom:${corpId}:${hint.openKfId}`;
    for (let page = 0; page < mostPages; page += 1) {
      const from = await cursors.find(system);
      const { events, cursor, more } = await pull(hint, from);
      for (const event of events) await each(event);
      if (cursor !== undefined && cursor !== from) await cursors.move(system, from, cursor);
      if (!more) return;
    }
  };
