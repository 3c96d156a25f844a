import type { Spot } from './base-api.ts';
import type { View } from './store.ts';

/** What the address says: `?person=<unionId>&chat=<chatId>&view=<view>&base=<token>&table=<id>&sheet=<view id>&doc=<token>`. */
export type Place = {
  readonly person: string | undefined;
  readonly chat: string | undefined;
  readonly view: View;
  readonly spot: Spot | undefined;
  readonly docToken: string | undefined;
};

const VIEWS: readonly View[] = ['messages', 'base', 'docs', 'workbench', 'simulator'];

const spotIn = (query: URLSearchParams): Spot | undefined => {
  const [appToken, tableId, viewId] = ['base', 'table', 'sheet'].map((name) => query.get(name));
  if (!appToken || !tableId) return undefined;
  return { appToken, tableId, ...(viewId ? { viewId } : {}) };
};

export const readPlace = (): Place => {
  const query = new URLSearchParams(location.search);
  return {
    person: query.get('person') ?? undefined,
    chat: query.get('chat') ?? undefined,
    view: VIEWS.find((view) => view === query.get('view')) ?? 'messages',
    spot: spotIn(query),
    docToken: query.get('doc') ?? undefined,
  };
};

const partsOf = ({
  person,
  chat,
  view,
  spot,
  docToken,
}: Place): Readonly<Record<string, string | undefined>> => ({
  person,
  chat,
  view: view === 'messages' ? undefined : view,
  ...(view === 'base' ? { base: spot?.appToken, table: spot?.tableId, sheet: spot?.viewId } : {}),
  ...(view === 'docs' ? { doc: docToken } : {}),
});

/** Puts the place into the address, so that it can be shared and the phone's back button works. */
export const writePlace = (place: Place): void => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(partsOf(place))) {
    if (value !== undefined) query.set(name, value);
  }
  const next = `?${query.toString()}`;
  if (next !== location.search) history.pushState(null, '', next);
};
