import { describe, expect, it } from 'vitest';
import { randomOf } from '../ticket-worker/storm.ts';
import { deskOf, isHere, type Member, midnight, minuteMs, type Roster, rosterOf } from './rosters.ts';

const rosters = 10_000;
/** The index of owners lags less. */
const lagMs = 90_000;

const openOf = (given: readonly { person: string }[], { person }: Member): number =>
  given.filter((each) => each.person === person.person).length;

/** Σx² of equal shares is the smallest: 1 is fair, 1/n is all to one. */
const jain = (shares: readonly number[]): number => {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
};

type Given = {
  readonly free: readonly Member[];
  readonly agent: Member | undefined;
  readonly to: string | undefined;
};

const faultsOf = ({ free, agent, to }: Given): readonly string[] => {
  const ids = free.map(({ person }) => person.person);
  if (to === undefined) return ids.length > 0 ? ['nobody although somebody is there'] : [];
  if (!ids.includes(to)) return ['not eligible'];
  const isPassed = agent !== undefined && ids.includes(agent.person.person) && to !== agent.person.person;
  return isPassed ? ['past the source’s own agent'] : [];
};

const playDay = async (roster: Roster, random: () => number): Promise<readonly Given[]> => {
  const desk = deskOf(roster, lagMs);
  const given: Given[] = [];
  desk.clock.at = midnight + Math.floor(random() * 1_440) * minuteMs;
  for (let step = 0; step < 6; step += 1) {
    desk.clock.at += Math.floor(random() * 4 * minuteMs);
    const free = roster.members.filter(
      (member) => isHere(member, desk.clock.at) && openOf(desk.given, member) < member.cap,
    );
    const chosen = roster.members[Math.floor(random() * roster.members.length)];
    const agent = roster.hasRota && random() < 0.3 ? chosen : undefined;
    const to = await desk.give(`T-${step}`, agent ? [agent.agent] : []);
    given.push({ free, agent, to });
  }
  return given;
};

describe('routing over 10,000 random rosters', () => {
  it('never gives to somebody away, off shift or at their cap, and never leaves out somebody who is there', async () => {
    const random = randomOf(42);
    const faults: string[] = [];
    let [given, nobody] = [0, 0];
    for (let count = 0; count < rosters; count += 1) {
      const day = await playDay(rosterOf(random), random);
      faults.push(...day.flatMap(faultsOf).map((fault) => `${count}: ${fault}`));
      nobody += day.filter(({ to }) => to === undefined).length;
      given += day.filter(({ to }) => to !== undefined).length;
    }
    process.stdout.write(`${JSON.stringify({ routing: { rosters, given, nobody } })}\n`);
    expect(faults).toEqual([]);
    // Both outcomes are common, so neither is right by chance.
    expect(Math.min(given, nobody)).toBeGreaterThan(rosters);
  }, 120_000);

  it('is fair to those who are there all the time: Jain ≥ 0.95 each', async () => {
    const random = randomOf(43);
    let [least, sum, counted] = [1, 0, 0];
    for (let count = 0; count < 1_000; count += 1) {
      const roster = rosterOf(random);
      const members = roster.members.map((member) => ({ ...member, cap: 1_000 }));
      const rota = roster.rota.map((duty) => ({ ...duty, cap: 1_000 }));
      const desk = deskOf({ ...roster, members, rota }, lagMs);
      const from = midnight + (600 + Math.floor(random() * 240)) * minuteMs;
      desk.clock.at = from;
      const steady = (at: number) => members.filter((member) => isHere(member, at));
      const all = steady(from).filter((member) => steady(from + 48 * minuteMs).includes(member));
      if (all.length < 2 || !roster.hasRota) continue;
      for (let step = 0; step < 48; step += 1) {
        desk.clock.at += minuteMs;
        await desk.give(`T-${step}`);
      }
      const fairness = jain(all.map((member) => openOf(desk.given, member)));
      least = Math.min(least, fairness);
      sum += fairness;
      counted += 1;
    }
    process.stdout.write(
      `${JSON.stringify({ fairness: { rosters: counted, least, mean: sum / counted } })}\n`,
    );
    expect(counted).toBeGreaterThan(150);
    expect(least).toBeGreaterThanOrEqual(0.95);
  }, 120_000);
});
