import type { CardElement } from '../../shared/feishu/card-json.ts';
import { hr, markdown } from '../../shared/feishu/cards.ts';
import { type BlockPlace, followUpBlock } from '../../shared/follow-ups/block.ts';
import { plain } from './figures.ts';
import { type Abnormal, dotted } from './findings.ts';
import type { Section } from './section.ts';

/** Three lines are read; each more pushes the figures off the first screen of a phone. */
const shownAbnormal = 3;

export const abnormalCount = (sections: readonly Section[]): number =>
  sections.reduce((sum, { abnormal }) => sum + abnormal.length, 0);

/** The worst lines of all sections, red before orange. */
export const worstOf = (sections: readonly Section[]): readonly Abnormal[] => {
  const all = sections.flatMap(({ abnormal }) => abnormal);
  return [...all]
    .sort((a, b) => Number(b.level === 'red') - Number(a.level === 'red'))
    .slice(0, shownAbnormal);
};

const lineElements = (line: Abnormal, place: BlockPlace | undefined): readonly CardElement[] =>
  line.followUp && place ? followUpBlock(line.followUp, place) : [markdown(plain(dotted(line)))];

/** On top of a card: what is wrong, and what its reader can do about each line. */
export const abnormalElements = (
  sections: readonly Section[],
  worst: readonly Abnormal[],
  place: BlockPlace | undefined,
): readonly CardElement[] => {
  if (worst.length === 0) return [];
  const hidden = abnormalCount(sections) - worst.length;
  const more = hidden > 0 ? `　另有 ${hidden} 项，展开下方各节查看` : '';
  return [markdown(`**异常**${more}`), ...worst.flatMap((line) => lineElements(line, place)), hr()];
};

/** What found no place on top stands first in the section's own lists, and nothing stands twice. */
export const withRest = (section: Section, worst: readonly Abnormal[]): Section => {
  const rest = section.abnormal.filter((each) => !worst.includes(each));
  const said = section.abnormal.map(({ text }) => text);
  const details = section.details.map(({ lines, ...detail }) => ({
    ...detail,
    lines: lines.filter(({ text }) => !said.includes(text)),
  }));
  const others = { title: '其他异常', lines: rest.map((each) => ({ text: dotted(each) })) };
  return { ...section, details: [others, ...details].filter(({ lines }) => lines.length > 0) };
};
