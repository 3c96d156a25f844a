import type { View } from './store.ts';

/** What the address says: `?person=<unionId>&chat=<chatId>&view=<view>`. */
export type Place = {
  readonly person: string | undefined;
  readonly chat: string | undefined;
  readonly view: View;
};

const VIEWS: readonly View[] = ['messages', 'workbench', 'simulator'];

export const readPlace = (): Place => {
  const query = new URLSearchParams(location.search);
  return {
    person: query.get('person') ?? undefined,
    chat: query.get('chat') ?? undefined,
    view: VIEWS.find((view) => view === query.get('view')) ?? 'messages',
  };
};

/** Puts the place into the address, so that it can be shared and the phone's back button works. */
export const writePlace = ({ person, chat, view }: Place): void => {
  const query = new URLSearchParams();
  if (person !== undefined) query.set('person', person);
  if (chat !== undefined) query.set('chat', chat);
  if (view !== 'messages') query.set('view', view);
  const next = `?${query.toString()}`;
  if (next !== location.search) history.pushState(null, '', next);
};
