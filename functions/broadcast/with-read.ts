import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import type { ReadPage } from './turn.ts';

type Words = NonNullable<Broadcast['offered']>;

/** A form sends back what it offered, without the spaces around it. */
const isUnedited = (is: string, offered = ''): boolean => ['', offered.trim()].includes(is.trim());

/** What an editor has written stays; what still says what the last read gave says what this one gives. */
export const withRead = (
  { title, summary, offered }: Broadcast,
  read: ReadPage,
): Pick<Broadcast, 'page' | 'title' | 'summary' | 'offered'> => {
  const gives: Words = { title: read.page.title, summary: read.summary };
  return {
    page: read.page,
    title: isUnedited(title, offered?.title) ? gives.title : title,
    summary: isUnedited(summary, offered?.summary) ? gives.summary : summary,
    offered: gives,
  };
};
