import { realClock } from '../clock.ts';
import { type Company, mintCompany } from '../company.ts';
import { type AppRegistration, localApps } from './apps.ts';
import { type Bases, createBases } from './bitable/bases.ts';
import { type CallLog, createCallLog } from './call-log.ts';
import { type CardTokens, createCardTokens } from './card-tokens.ts';
import { type ChatBook, createChatBook } from './chats.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createLibrary, type Library } from './docs/library.ts';
import { createFaults, type Faults } from './faults.ts';
import { createImages, type Images } from './images.ts';
import { createOAuthBook, type OAuthBook } from './oauth-book.ts';
import { httpPost, type Post } from './post.ts';
import { createPushes, type Pushes } from './push.ts';
import { createQuota, type Quota } from './quota.ts';
import { createRates, type Rates } from './rate.ts';
import { stoppable, type TenantClock } from './stoppable.ts';
import { type ChangeStream, createChangeStream } from './stream.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { createUuids, type Uuids } from './uuids.ts';

/** The whole state of a simulated tenant. */
export type Tenant = Library & {
  readonly clock: TenantClock;
  readonly company: Company;
  readonly directory: Directory;
  readonly apps: ReadonlyMap<string, AppRegistration>;
  readonly chats: ChatBook;
  readonly images: Images;
  readonly bases: Bases;
  readonly uuids: Uuids;
  readonly tokens: Tokens;
  readonly oauth: OAuthBook;
  readonly cardTokens: CardTokens;
  readonly rates: Rates;
  readonly quota: Quota;
  readonly faults: Faults;
  readonly pushes: Pushes;
  readonly post: Post;
  readonly changes: ChangeStream;
  readonly calls: CallLog;
  readonly switches: () => Switches;
  readonly setSwitches: (patch: Partial<Switches>) => void;
  /** Gives up what waits on the clock: retries of pushes, late answers. */
  readonly stop: () => void;
};

export type TenantOptions = {
  readonly clock?: TenantClock;
  readonly company?: Company;
  readonly apps?: readonly AppRegistration[];
  readonly switches?: Partial<Switches>;
  readonly post?: Post;
  /** Makes message ids of two runs differ or agree. */
  readonly seed?: string;
};

export const createTenant = ({
  clock: given = realClock,
  company = mintCompany(),
  apps = localApps(),
  post = httpPost,
  seed = String(Date.now()),
  ...options
}: TenantOptions = {}): Tenant => {
  let current: Switches = { ...defaultSwitches, ...options.switches };
  const switches = (): Switches => current;
  const { clock, stop } = stoppable(given);
  const appIds = apps.map(({ appId }) => appId);
  const directory = createDirectory(company, appIds);
  return {
    clock,
    company,
    directory,
    apps: new Map(apps.map((app) => [app.appId, app])),
    chats: createChatBook(company.groups, directory, seed),
    images: createImages(seed),
    bases: createBases(seed),
    ...createLibrary(seed, clock.now),
    uuids: createUuids(clock.now),
    tokens: createTokens(clock),
    oauth: createOAuthBook(),
    cardTokens: createCardTokens(clock.now),
    rates: createRates(clock.now, switches),
    quota: createQuota(clock.now),
    faults: createFaults(),
    pushes: createPushes({ clock, post, switches, tenantKey: company.tenantKey }),
    post,
    changes: createChangeStream(),
    calls: createCallLog(),
    switches,
    setSwitches: (patch) => {
      current = { ...current, ...patch };
    },
    stop,
  };
};
