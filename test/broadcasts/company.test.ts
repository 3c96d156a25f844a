import { describe, expect, it } from 'vitest';
import { allAccounts } from '../../config/accounts/all.ts';
import { groupSubject } from '../../shared/broadcasts/broadcast.ts';
import { companyOf } from '../../simulator/crowd/company-of.ts';
import { LEGAL, postWorld, ZHIDA } from './world.ts';

const company = companyOf({ people: 300, seed: 7, botAppIds: [ZHIDA, LEGAL] });
const isAtWork = ({ resigned, isActivated, isFrozen, userId }: (typeof company.people)[number]): boolean =>
  !resigned && isActivated !== false && isFrozen !== true && !company.outOfRangeUserIds.includes(userId);
const [editor = '', approver = ''] = company.people.filter(isAtWork).map(({ unionId }) => unionId);
const accounts = allAccounts.map((account) =>
  account.id === 'legal'
    ? { ...account, editors: [{ people: [editor] }], approvers: [{ people: [approver] }] }
    : account,
);
const world = postWorld({ company, accounts });

describe('a company of 300', () => {
  it('gets a post once each, and its group; who can’t be reached is told apart', async () => {
    const markdown = '# 广告法新规\n\n功效宣称的五条红线。';
    const { post } = await world.act({ do: 'draft', account: 'legal', by: editor, markdown });
    if (typeof post !== 'string') throw new Error('it was not drafted');
    world.makeSpace();
    await world.act({ do: 'submit', post, by: editor });
    await world.act({ do: 'approve', post, by: approver });
    await world.act({ do: 'start', post, by: approver });
    await world.drain();
    await world.advance(post);
    const { target, sent, failed, excluded, unsent, queued } = await world.identity(post);
    expect(await world.find(post)).toMatchObject({ state: 'open' });
    expect({ unsent, queued }).toEqual({ unsent: 0, queued: 0 });
    expect(sent + failed + excluded).toBe(target);
    expect(sent).toBeGreaterThan(270);
    const rows = await world.rows(post);
    const reached = rows.filter(({ messageId }) => messageId !== undefined);
    const cards = reached.map(({ recipient }) =>
      world
        .screenOf(recipient)
        .filter((content) => content.includes('阅读全文') && content.includes('广告法新规')),
    );
    expect(cards.every((each) => each.length === 1)).toBe(true);
    expect(rows.filter(({ reason }) => reason === 'not_activated').length).toBeGreaterThan(0);
    const groups = await world.out().deliveries.listOfSubject(groupSubject(await world.find(post)));
    expect(groups.map(({ state }) => state)).toEqual(['accepted']);
    const { page } = await world.find(post);
    expect(await world.out().contents.find(page?.contentHash ?? '')).toContain('功效宣称的五条红线');
  }, 120_000);
});
