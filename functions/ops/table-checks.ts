import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Inbox } from '../../shared/store/inbox.ts';
import type { Metrics } from '../../shared/store/metrics.ts';
import type { People } from '../../shared/store/people.ts';
import type { Settings } from '../../shared/store/settings.ts';
import type { Sightings } from '../../shared/store/sightings.ts';
import type { Windows } from '../../shared/store/windows.ts';
import { broken, type Check, fine } from './check.ts';

export type TableDeps = {
  readonly inbox: Pick<Inbox, 'find'>;
  readonly deliveries: Pick<Deliveries, 'find'>;
  readonly contents: Pick<Contents, 'find'>;
  readonly metrics: Pick<Metrics, 'findReady'>;
  readonly windows: Pick<Windows, 'find'>;
  readonly people: Pick<People, 'find'>;
  readonly settings: Pick<Settings, 'current'>;
  readonly sightings: Pick<Sightings, 'lastOf'>;
};

const nobody = 'doctor';

/** One read of a key that isn't there: the table, its key and our right to read it. */
const readsOf = (deps: TableDeps): Readonly<Record<string, () => Promise<unknown>>> => ({
  inbox: () => deps.inbox.find(nobody),
  deliveries: () => deps.deliveries.find({ subject: nobody, recipient: nobody }),
  contents: () => deps.contents.find(nobody),
  metrics: () => deps.metrics.findReady(nobody, '2026-01-01'),
  digests: () => deps.windows.find(nobody, nobody),
  people: () => deps.people.find(nobody),
  settings: () => deps.settings.current(nobody),
  ops: () => deps.sightings.lastOf(nobody, nobody),
});

const checkTable = async (name: string, read: () => Promise<unknown>): Promise<Check> => {
  const started = performance.now();
  try {
    await read();
    return fine(`table.${name}`, `${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    return broken(`table.${name}`, {
      detail: error instanceof Error ? error.name : 'no answer',
      fix: 'ResourceNotFound: deploy; AccessDenied: deploy all (permissions); else look at the region and the network',
    });
  }
};

export const tableChecks = (deps: TableDeps): Promise<readonly Check[]> =>
  Promise.all(Object.entries(readsOf(deps)).map(([name, read]) => checkTable(name, read)));
