import type { MetricSource, QueryParams } from '../../shared/connectors/metric-source.ts';
import { type Recipient, whyReceives } from '../../shared/digests/audience.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import type { Reply } from '../../shared/digests/facts.ts';
import { queriesFor } from '../../shared/digests/queries.ts';
import type { Period } from '../../shared/digests/window.ts';
import { codeOf } from '../../shared/errors.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Person } from '../../shared/store/people.ts';
import { type Circle, followedSection, recipientOf } from './line-follow-ups.ts';
import { type Section, type Skipped, sectionFor } from './section.ts';

/** A digest of the window with the period it should show and the one whose figures are complete. */
export type Member = {
  readonly digest: Digest;
  readonly wanted: Period;
  readonly shown: Period | undefined;
};

export type Gathered =
  | { readonly kind: 'sections'; readonly sections: readonly Section[]; readonly why: string }
  | { readonly kind: 'nothing'; readonly reason: string };

export type Gather = (person: Person) => Promise<Gathered | undefined>;

type Ask = (query: string, params: QueryParams) => Promise<Reply>;

const outOfReach = ['source_timeout', 'source_unavailable'];
/** So many failures in a row are a source that is down: thirty time-outs would take longer than the window's lease. */
const givesUpAfter = 2;

/** Asks one after the other, as a source with one connection does anyway, and gives up on one that is out of reach. */
const askInTurn = (source: MetricSource): Ask => {
  let turn: Promise<unknown> = Promise.resolve();
  let failures: string[] = [];
  const ask: Ask = async (query, params) => {
    const [code] = failures;
    if (code !== undefined && failures.length >= givesUpAfter) return { failed: code };
    try {
      const reply = await source.run(query, params);
      failures = [];
      return reply;
    } catch (error) {
      log.warn('query_failed', { query, ...errorFields(error) });
      const failed = codeOf(error);
      if (outOfReach.includes(failed)) failures.push(failed);
      return { failed };
    }
  };
  return (query, params) => {
    const reply = turn.then(() => ask(query, params));
    turn = reply;
    return reply;
  };
};

/** Equal questions are asked once per run: people of one region share their rows. */
const askOnce = (source: MetricSource): Ask => {
  const asked = new Map<string, Promise<Reply>>();
  const ask = askInTurn(source);
  return (query, params) => {
    const key = JSON.stringify([query, params]);
    const reply = asked.get(key) ?? ask(query, params);
    asked.set(key, reply);
    return reply;
  };
};

/** Why nobody of these sections has anything to say: the data, or what the person may see. */
const reasonOf = (skipped: readonly Skipped[]): string =>
  skipped.some((each) => each.skipped === 'source_stale') ? 'source_stale' : 'nothing_to_show';

/**
 * What one person's card says. `undefined`: outside the audience of every member. `nothing`: inside, but with nothing to
 * see, and why. A query that fails becomes words on the card, never a figure.
 */
export const gatherer = (
  members: readonly Member[],
  source: MetricSource,
  circle: Circle & { readonly now: Date },
): Gather => {
  const { day, now } = circle;
  const followed = followedSection(circle);
  const ask = askOnce(source);
  const sectionOf = async ({ digest, wanted, shown }: Member, person: Recipient) => {
    const queries = shown ? queriesFor(digest, person, shown) : [];
    const answered = queries.map(async ({ key, query, params }) => [key, await ask(query, params)] as const);
    const replies = new Map<string, Reply>(await Promise.all(answered));
    const section = sectionFor(digest, { person, day, now, wanted, shown, replies });
    return 'skipped' in section ? section : followed(digest, person, section);
  };
  return async (person) => {
    const recipient = recipientOf(person);
    const addressed = members.filter(({ digest }) => whyReceives(digest, recipient) !== undefined);
    if (addressed.length === 0) return undefined;
    const subscribed = addressed.filter(({ digest }) => !person.unsubscribed.includes(digest.id));
    if (subscribed.length === 0) return { kind: 'nothing', reason: 'unsubscribed' };
    const found = await Promise.all(subscribed.map((member) => sectionOf(member, recipient)));
    const sections = found.filter((each): each is Section => !('skipped' in each));
    const skipped = found.filter((each): each is Skipped => 'skipped' in each);
    if (sections.length === 0) return { kind: 'nothing', reason: reasonOf(skipped) };
    const reasons = subscribed.map(({ digest }) => whyReceives(digest, recipient) ?? '');
    return { kind: 'sections', sections, why: [...new Set(reasons)].join('、') };
  };
};
