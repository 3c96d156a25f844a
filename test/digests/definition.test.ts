import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { releases } from '../../config/bundles.ts';
import { allDigests } from '../../config/digests/all.ts';
import { salesDaily } from '../../config/digests/sales-daily.ts';
import { type Bundle, defineBundle, releasesOf } from '../../shared/digests/bundle.ts';
import { type Digest, digest } from '../../shared/digests/definition.ts';
import { InvalidConfigError } from '../../shared/errors.ts';

const problemOf = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidConfigError);
    return (error as InvalidConfigError).message;
  }
  return 'nothing was thrown';
};

const aloneAt = (time: string) =>
  ({
    bundle: undefined,
    trigger: { kind: 'at', time },
    misfire: { policy: 'sendLate', withinMinutes: 60 },
  }) as const;

const broken = (change: Record<string, unknown>): string =>
  problemOf(() => digest({ ...structuredClone(salesDaily), ...change }));

describe('a digest definition', () => {
  it('is taken as it stands in config', () => {
    expect(digest(structuredClone(salesDaily) as Parameters<typeof digest>[0])).toEqual(salesDaily);
  });

  it.each([
    ['an unknown metric', { headline: ['paidAmount', 'gmv'] }, 'headline.1'],
    ['five headline figures', { headline: Array(5).fill('orders') }, 'headline'],
    [
      'a figure that no section holds',
      { headline: ['stockCost'] },
      'headline.0: stockCost stands in no section',
    ],
    ['an unnamed comparison', { compare: ['同比'] }, 'compare.0'],
    ['a time that is none', { trigger: { kind: 'at', time: '24:00' } }, 'trigger.time'],
    [
      'notAfter before notBefore',
      { trigger: { kind: 'ready', source: 'bi', notBefore: '09:00', notAfter: '08:00', onLate: 'skip' } },
      'trigger.notAfter: is not later than notBefore',
    ],
    [
      'sales for a scope without regions',
      { scope: { by: 'company' } },
      'sections.0.query: sales.days needs a scope by 大区',
    ],
    ['an audience of nobody', { audience: {} }, 'audience: names nobody'],
    ['a misspelt field', { freshnes: {} }, 'freshnes'],
    ['an unknown source', { source: { id: 'erp', name: 'ERP' } }, 'source.id: is no source that we know'],
    [
      'a trigger that waits for an unknown source',
      { trigger: { ...salesDaily.trigger, source: 'erp' } },
      'trigger.source: is no source that we know',
    ],
    [
      'a misfire of its own beside that of its bundle',
      { misfire: { policy: 'skip' } },
      'misfire: that of the bundle morning counts',
    ],
    ['sinceLastSend that waits to be ready', { window: 'sinceLastSend' }, 'window: sinceLastSend'],
    [
      'progress without a target',
      { sections: salesDaily.sections.filter(({ id }) => id !== 'target') },
      'progress: no section asks for sales.target',
    ],
    [
      'figures that nobody explains',
      { sections: salesDaily.sections.map((part) => ({ ...part, definition: undefined })) },
      'sections.0.definition: says nowhere what its figures mean',
    ],
    ['an unbounded misfire', { misfire: { policy: 'sendLate' } }, 'misfire.withinMinutes'],
    [
      'a metric under a foreign query',
      { sections: [{ id: 'sales', query: 'sales.channels', metrics: salesDaily.headline }] },
      'sections.0.metrics: paidAmount comes from sales.days',
    ],
    [
      'a rule with both percent and points',
      {
        abnormal: [{ when: 'falls', metric: 'orders', percent: 1, pt: 1, versus: '较昨日', level: 'red' }],
      },
      'abnormal.0: states either percent or pt',
    ],
    [
      'a rule with neither',
      { abnormal: [{ when: 'falls', metric: 'orders', versus: '较昨日', level: 'red' }] },
      'abnormal.0: states either percent or pt',
    ],
  ])('with %s names the file and the field', (_, change, field) => {
    const message = broken(change);
    expect(message).toContain('config/digests/sales-daily.ts: ');
    expect(message).toContain(field);
  });

  it('stands in a file that carries its id, and every file is released', () => {
    const files = readdirSync(new URL('../../config/digests', import.meta.url)).filter(
      (file) => file !== 'all.ts',
    );
    const ids = releases.flatMap(({ digests }) => digests.map(({ id }) => id));
    expect(ids.map((id) => `${id}.ts`).sort()).toEqual(files.sort());
  });
});

describe('the releases', () => {
  const bundle = {
    id: 'morning',
    name: '晨报',
    at: '08:47',
    jitterSeconds: 90,
    misfire: { policy: 'skip' },
    colours: '红涨绿跌',
  } as const;

  it('are one morning card that merges the categories in order, and the weekly ones after lunch', () => {
    expect(releases.map(({ id, at }) => [id, at])).toEqual([
      ['morning', '08:47'],
      ['follow-ups-weekly', '14:02'],
      ['agent-weekly', '14:06'],
    ]);
    expect(releases[0]?.digests.map(({ category }) => category)).toEqual([
      '经营',
      '商品与库存',
      '人财',
      '售后',
    ]);
  });

  it('hold a digest that no bundle carries as a release of its own, at its own time', () => {
    const { misfire } = aloneAt('09:30');
    const alone: Digest = { ...salesDaily, ...aloneAt('09:30') };
    expect(releasesOf([], [alone])).toMatchObject([
      { id: 'sales-daily', name: '经营日报', at: '09:30', jitterSeconds: 0, misfire },
    ]);
  });

  it.each([
    [
      'a bundle without members',
      () => defineBundle({ ...bundle, id: 'evening' }, allDigests),
      'evening: digests',
    ],
    ['a bundle at no time', () => defineBundle({ ...bundle, at: '8:47' }, allDigests), 'morning: at'],
    [
      'a digest in an unknown bundle',
      () => releasesOf([], [salesDaily]),
      'config/digests/sales-daily.ts: bundle: morning',
    ],
    [
      'a digest that nobody tells what to do when it is late',
      () => releasesOf([], [{ ...salesDaily, bundle: undefined }]),
      'config/digests/sales-daily.ts: misfire: is missing',
    ],
    [
      'an id that is used twice',
      () => releasesOf(releases as Bundle[], [salesDaily, salesDaily]),
      'sales-daily is used twice',
    ],
    [
      'a second card before noon',
      () => releasesOf(releases as Bundle[], [{ ...salesDaily, ...aloneAt('09:30'), id: 'sales-late' }]),
      'sales-late and morning both leave before noon',
    ],
  ])('refuse %s', (_, attempt, expected) => {
    expect(problemOf(attempt)).toContain(expected);
  });
});
