import * as z from 'zod';
import { NotFoundError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { ticketSources } from '../../shared/sources/source-event.ts';
import type { Inbox } from '../../shared/store/inbox.ts';
import { day } from './asked-person.ts';
import { type FailedDeps, failedOfDay, failedOfSubject } from './failed-deliveries.ts';
import { confirm } from './setting-commands.ts';

export type ReceiptDeps = FailedDeps & { readonly inbox: Inbox };

/** Whose receipts there are. */
const source = z.enum(['feishu', ...ticketSources]).default('feishu');
type Source = z.output<typeof source>;

const elsewhere = {
  deliveries: 'failed for good: add "subject" or "date"',
  records: 'given up by a stream: aws sqs receive-message --queue-url <url of zhida-<stage>-on-failure>',
};

const listReceipts = async ({ inbox }: ReceiptDeps, of: Source): Promise<CommandReply> => {
  const receipts = (await inbox.listDead(of)).map(({ id, eventType, receivedAt, reason, attempts }) => ({
    id,
    eventType,
    receivedAt,
    reason,
    attempts,
  }));
  return { source: of, count: receipts.length, receipts, elsewhere };
};

const dead = (deps: ReceiptDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      source,
      /** Deliveries of this subject that failed for good. */
      subject: z.string().min(1).optional(),
      /** Deliveries of this day that failed for good. */
      date: day.optional(),
    }),
    async ({ source: of, subject, date }) => {
      if (subject === undefined && date === undefined) return listReceipts(deps, of);
      const failed =
        subject === undefined ? await failedOfDay(deps, date ?? '') : await failedOfSubject(deps, subject);
      const hint = '{"do":"resend","subject":…} tries again';
      return { ...(subject !== undefined && { subject }), count: failed.length, failed, hint };
    },
  );

const replay = (deps: ReceiptDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      source,
      /** One receipt; absent: every dead one of the source. */
      id: z.string().optional(),
      confirm,
    }),
    async ({ source: of, id, confirm: confirmed }, now) => {
      const all = await deps.inbox.listDead(of);
      const chosen = id ? all.filter((receipt) => receipt.id === id) : all;
      if (id && chosen.length === 0)
        throw new NotFoundError('unknown_receipt', 'no dead receipt has this id');
      const ids = chosen.map((receipt) => receipt.id);
      if (!confirmed) return { dryRun: true, ids, hint: 'add "confirm": true to replay' };
      const replayed = await Promise.all(ids.map((each) => deps.inbox.replay(each, now)));
      return { replayed: replayed.filter(Boolean).length, ids };
    },
  );

/** One receipt: where it stands and why. Its body stays sealed. */
const receipt = (deps: ReceiptDeps): Command =>
  command(z.strictObject({ do: z.string(), id: z.string().min(1) }), async ({ id }) => {
    const found = await deps.inbox.find(id);
    if (!found) throw new NotFoundError('unknown_receipt', 'no receipt has this id');
    return { ...found, body: found.body ? 'sealed' : null };
  });

/** What could not be worked off: receipts, deliveries. */
export const receiptCommands = (deps: ReceiptDeps): Readonly<Record<string, Command>> => ({
  dead: dead(deps),
  receipt: receipt(deps),
  replay: replay(deps),
});
