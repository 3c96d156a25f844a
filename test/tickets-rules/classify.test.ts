import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { p0Words } from '../../config/tickets/categories.ts';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { classify, saysTreated } from '../../shared/tickets/classify.ts';
import { everyday, grave, harmlessQuestions, vague } from './complaints.ts';

const verdictOf = (text: string, more: { kind?: 'refund' | 'consult' | 'complaint'; source?: string } = {}) =>
  classify({ source: 'app', kind: 'complaint', text, skuIds: [], ...more }, defaultDesk);

const told = (text: string): string => {
  const { priority, category, because } = verdictOf(text);
  return `${text} → ${priority} ${category?.group ?? '-'}›${category?.name ?? '-'} (${because})`;
};

describe('a grave sentence', () => {
  it('is P0, in every wording that we know', () => {
    expect(grave.filter((text) => verdictOf(text).priority !== 'P0').map(told)).toEqual([]);
    expect(grave.length).toBeGreaterThanOrEqual(50);
  });

  it('is filed under food safety or law', () => {
    const groups = new Set(grave.map((text) => verdictOf(text).category?.group));
    expect([...groups].sort()).toEqual(['监管与法务', '食品安全']);
  });

  it('stays P0 whatever else is said around it', () => {
    const some = fc.constantFrom(...harmlessQuestions, ...everyday.map(([, text]) => text), ...vague);
    fc.assert(
      fc.property(some, fc.constantFrom(...grave), some, (before, text, after) => {
        expect(verdictOf(`${before}。${text}。${after}`).priority).toBe('P0');
      }),
      { numRuns: 400 },
    );
  });

  it('is P0 for each word of the minimum, even when Base has no rule for it', () => {
    const desk = { ...defaultDesk, routing: [] };
    const missed = p0Words.filter((word) => {
      const { priority } = classify(
        { source: 'app', kind: 'complaint', text: `收到发现有${word}`, skuIds: [] },
        desk,
      );
      return priority !== 'P0';
    });
    expect(missed).toEqual([]);
  });

  it('stays P0 when a rule of Base makes less of it', () => {
    const [first] = defaultDesk.routing;
    if (!first) throw new Error('there are rules');
    const mild = {
      ...first,
      order: 1,
      anyOf: ['头发'],
      category: { group: '咨询', name: '产品咨询' },
      priority: 'P3' as const,
      team: 'care',
    };
    const desk = { ...defaultDesk, routing: [mild, ...defaultDesk.routing] };
    const verdict = classify({ source: 'app', kind: 'complaint', text: '吃到头发', skuIds: [] }, desk);
    expect(verdict).toMatchObject({
      priority: 'P0',
      because: expect.stringContaining('必须按P0处理') as string,
    });
  });

  it('may have more words from Base', () => {
    const desk = { ...defaultDesk, moreP0Words: ['金属异味'] };
    const verdict = classify(
      { source: 'app', kind: 'feedback', text: '喝起来金属异味很重', skuIds: [] },
      desk,
    );
    expect(verdict.priority).toBe('P0');
  });
});

describe('a question or a denial', () => {
  it('is never P0', () => {
    expect(harmlessQuestions.filter((text) => verdictOf(text).priority === 'P0').map(told)).toEqual([]);
    expect(harmlessQuestions.length).toBeGreaterThanOrEqual(40);
  });

  it.each([
    ['没有异物', '产品咨询'],
    ['会不会过敏', '适用人群'],
    ['我对牛奶过敏，可以喝这个吗', '适用人群'],
    ['里面没有异物吧，看着挺干净', '产品咨询'],
  ])('%s is 咨询', (text, name) => {
    const { category, priority, because } = verdictOf(text);
    expect({ category, priority, because }).toMatchObject({
      category: { group: '咨询', name },
      priority: 'P3',
    });
    expect(because).not.toBe('');
  });
});

describe('an everyday sentence', () => {
  it('is filed as a person would', () => {
    const wrong = everyday.filter(([category, text]) => verdictOf(text).category?.name !== category);
    expect(wrong.map(([category, text]) => `${category}: ${told(text)}`)).toEqual([]);
  });

  it('says which rule and which words decided', () => {
    expect(verdictOf('奶昔粉结块，冲不开').because).toMatch(
      /^规则\d+ 品质›结块\/溶解：命中“结块”、“冲不开”$/,
    );
  });

  it('goes to the team of its category', () => {
    expect(verdictOf('App一打开就闪退').team).toBe('product');
    expect(verdictOf('少发了一盒').team).toBe('care');
    expect(verdictOf('等着收律师函吧').team).toBe('legal');
    expect(verdictOf('优惠券没用上').team).toBe('shops');
  });
});

describe('a sentence without words that we know', () => {
  it('has no category, so that the share of those can be counted', () => {
    expect(vague.filter((text) => verdictOf(text).category !== undefined).map(told)).toEqual([]);
    expect(verdictOf('在吗', { kind: 'consult' })).toMatchObject({ priority: 'P3', team: 'care' });
    expect(verdictOf('处理一下')).toMatchObject({ priority: 'P2', team: 'care' });
  });

  it('of a platform is filed by the platform’s own kind', () => {
    expect(verdictOf('质量问题', { kind: 'refund' })).toMatchObject({
      category: { group: '退换退款', name: '仅退款' },
      because: '没有规则命中，按平台的售后类型',
    });
  });

  it('is rare: the share among what we know is printed', () => {
    const all = [...grave, ...harmlessQuestions, ...everyday.map(([, text]) => text)];
    const unknown = all.filter((text) => verdictOf(text).category === undefined);
    const told = { classify: { sentences: all.length, unclassified: unknown.length } };
    process.stdout.write(`${JSON.stringify(told)}\n`);
    expect(unknown.length / all.length).toBeLessThan(0.05);
  });
});

describe('a rule', () => {
  const base = {
    anyOf: ['测试词'],
    allOf: [],
    noneOf: [],
    sources: [],
    skuIds: [],
    mode: 'sourceAgent' as const,
  };
  const rule = {
    ...base,
    order: 1,
    category: { group: '咨询', name: '产品咨询' },
    priority: 'P1' as const,
    team: 'shops',
  };
  const by = (change: object, event: object = {}) =>
    classify(
      { source: 'app', kind: 'complaint', text: '测试词和别的', skuIds: [], ...event },
      { ...defaultDesk, routing: [{ ...rule, ...change }] },
    ).category;

  it('may name sources, goods, words that must all be there and words that must not', () => {
    expect(by({})).toEqual(rule.category);
    expect(by({ sources: ['qiyu'] })).toBeUndefined();
    expect(by({ sources: ['qiyu'] }, { source: 'qiyu' })).toEqual(rule.category);
    expect(by({ skuIds: ['A'] })).toBeUndefined();
    expect(by({ skuIds: ['A'] }, { skuIds: ['A', 'B'] })).toEqual(rule.category);
    expect(by({ allOf: ['别的'] })).toEqual(rule.category);
    expect(by({ allOf: ['没有的'] })).toBeUndefined();
    expect(by({ noneOf: ['别的'] })).toBeUndefined();
  });

  it('counts in its order, not in its place', () => {
    const desk = {
      ...defaultDesk,
      routing: [
        { ...rule, order: 20 },
        { ...rule, order: 10, category: { group: '物流', name: '派送' } },
      ],
    };
    const { category } = classify({ source: 'app', kind: 'complaint', text: '测试词', skuIds: [] }, desk);
    expect(category?.name).toBe('派送');
  });
});

describe('treatment', () => {
  it('is told from what was only thought of', () => {
    expect(saysTreated('老人吃了上吐下泻，现在在急诊')).toBe(true);
    expect(saysTreated('去医院看了，医生说过敏')).toBe(true);
    expect(saysTreated('没有去医院，但是一直在拉肚子')).toBe(false);
    expect(saysTreated('需要去医院吗')).toBe(false);
  });
});
