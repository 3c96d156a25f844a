import { randomUUID } from 'node:crypto';
import { beforeAll, vi } from 'vitest';
import { policies } from '../../config/accounts/policies.ts';
import { drainBulk } from '../../functions/deliver-bulk/drain.ts';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { type Broadcast, broadcastSchema, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { faceOf, postCard } from '../../shared/broadcasts/post-card.ts';
import { keepSnapshot } from '../../shared/broadcasts/snapshot.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { modes } from '../../shared/delivery/modes.ts';
import { outbox } from '../../shared/delivery/outbox.ts';
import { planBulk } from '../../shared/delivery/plan.ts';
import { type SendDeps, sendDelivery } from '../../shared/delivery/send.ts';
import { slots } from '../../shared/delivery/slots.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { type Broadcasts, broadcasts } from '../../shared/store/broadcasts.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { leases } from '../../shared/store/leases.ts';
import { slotStore } from '../../shared/store/slots.ts';
import { type Ledger, localLedger } from '../delivery/ledger.ts';

const author = { person: 'on_author', name: '许念' };
const pageHash = 'ab'.repeat(32);
export const account = policies;

/** A post that must be confirmed, as its function leaves it when everybody was tried. */
export const postOf = (more: Partial<Broadcast> & Pick<Broadcast, 'broadcast'>): Broadcast =>
  broadcastSchema.parse({
    item: 'broadcast',
    revision: 1,
    account: account.id,
    issue: 42,
    version: 1,
    state: 'open',
    createdAt: '2026-11-23T00:00:00.000Z',
    changedAt: '2026-11-23T00:00:00.000Z',
    editors: [author],
    article: { kind: 'document', ref: { kind: 'docx', token: 'doc' } },
    page: {
      url: 'https://mint.feishu.cn/docx/doc',
      docToken: 'doc',
      title: '考勤管理办法',
      contentHash: pageHash,
      minutes: 4,
      readAt: '2026-11-23T00:00:00.000Z',
    },
    title: '考勤管理办法',
    summary: '三条变化',
    mustConfirm: true,
    audience: { everyone: true },
    ...more,
  });

export type PostWorld = {
  readonly ledger: Ledger;
  readonly posts: () => Broadcasts;
  readonly now: () => Date;
  /** A new post in the table, for these people, whose cards wait in the bulk lane. */
  readonly put: (names: readonly string[], more?: Partial<Broadcast>) => Promise<Broadcast>;
  /** The post as it is now. */
  readonly read: (post: Broadcast) => Promise<Broadcast>;
  readonly rowsOf: (post: Broadcast) => Promise<readonly Delivery[]>;
  /** One invocation of deliver-bulk. */
  readonly drain: () => Promise<number>;
  readonly sending: () => SendDeps;
  readonly goTo: (text: string) => Promise<void>;
  readonly confirm: (post: Broadcast, name: string) => Promise<void>;
  readonly want: ReturnType<typeof wantContent>;
};

/** Posts on the real tables and the simulator, under a clock that tests move. */
export const localPosts = (): PostWorld => {
  const ledger = localLedger();
  const { clock, tables } = ledger;
  const now = (): Date => new Date(clock.now());
  let sending: SendDeps | undefined;
  let issues = 41;
  const posts = (): Broadcasts => broadcasts(tables.name('broadcasts'));
  beforeAll(async () => {
    vi.stubEnv('BROADCASTS_TABLE', tables.name('broadcasts'));
    const { out, sender } = ledger;
    const { sleep } = sender();
    sending = {
      ...outbox('bulk', 0, 1_000).sending,
      modes: modes({ settings: out().settings, now: clock.now }),
      slots: slots({ store: slotStore(tables.name('ops')), now: clock.now, sleep }),
      now,
      sleep,
    };
    const readDirectory = () => listDirectory(out().senders.bySender('zhida'));
    await syncPeople({ people: out().people, readDirectory })(now());
  });
  const sends = (): SendDeps => {
    if (!sending) throw new Error('it is ready in beforeAll');
    return sending;
  };
  return {
    ledger,
    posts,
    now,
    sending: sends,
    put: async (names, more = {}) => {
      const { out, person } = ledger;
      const people = names.map((name) => person(name).unionId);
      const broadcast = `${account.id}-${(issues += 1)}`;
      const here = new Map((await out().people.listHere()).map((each) => [each.person, each]));
      const members = people.map((id) => ({
        person: id,
        name: here.get(id)?.name ?? '',
        departments: here.get(id)?.departments ?? [],
      }));
      const snapshots = await keepSnapshot(out().contents)({ broadcast, version: 1 }, members, now());
      const at = now().toISOString();
      const times = { startedAt: at, plannedAt: at, openedAt: at };
      const post = postOf({ broadcast, snapshots: [...snapshots], target: names.length, ...times, ...more });
      await posts().open(post, { step: 'opened', now: now(), wakes: false });
      const face = faceOf(post, account);
      if (!face) throw new Error('it has a page');
      const subject = personalSubject(post);
      const kept = await keepCard(out().contents)(postCard(face), { id: deliveryElementId(subject, '') });
      const to = { subject, sender: account.sender, receiveIdType: 'union_id', eventAt: now() } as const;
      for (const id of people)
        await planBulk(out().deliveries)(
          { ...to, ...kept, recipient: id, receiveId: id, urgency: 'mustConfirm' },
          now(),
          { wakes: false },
        );
      return post;
    },
    read: async ({ broadcast }) => {
      const found = await posts().find(broadcast);
      if (!found) throw new Error(`no ${broadcast}`);
      return found;
    },
    rowsOf: (post) => ledger.out().deliveries.listOfSubject(personalSubject(post)),
    drain: async () => {
      const drained = await drainBulk({
        deliveries: ledger.out().deliveries,
        send: sendDelivery(sends()),
        leases: leases(tables.name('ops')),
        holder: randomUUID(),
        now,
        sleep: sends().sleep,
        workMs: 10 * 60_000,
        settle: () => Promise.resolve(),
      })(now());
      return drained.sent;
    },
    goTo: async (text) => {
      const ms = Date.parse(`${text}:00+08:00`) - clock.now();
      if (ms < 0) throw new Error(`${text} is over`);
      await clock.advance(ms);
    },
    confirm: async (post, name) => {
      const key = { subject: personalSubject(post), recipient: ledger.person(name).unionId };
      const how = { at: now().toISOString(), version: 1, via: 'card' } as const;
      await ledger.out().deliveries.recordConfirmed(key, how);
    },
    want: (key, content) => wantContent({ deliveries: ledger.out().deliveries, now })(key, content),
  };
};
