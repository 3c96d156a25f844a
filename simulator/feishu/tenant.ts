import { type Clock, type ManualClock, realClock } from '../clock.ts';
import { type Company, mintCompany } from '../company.ts';
import { type AppRegistration, localApps } from './apps.ts';
import { type ChatBook, createChatBook } from './chats.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createFaults, type Faults } from './faults.ts';
import { createImages, type Images } from './images.ts';
import { httpPost, type Post } from './post.ts';
import { createPushes, type Pushes } from './push.ts';
import { createQuota, type Quota } from './quota.ts';
import { createRates, type Rates } from './rate.ts';
import { type Ring, ring } from './ring.ts';
import { type ChangeStream, createChangeStream } from './stream.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { createUuids, type Uuids } from './uuids.ts';

/** One call of the open API, for demos and tests: never headers, tokens or bodies. */
export type CallRecord = {
  readonly at: number;
  readonly method: string;
  /** The path as sent, without its query. */
  readonly path: string;
  readonly api: string;
  readonly appId: string;
  readonly status: number;
  readonly code: number;
  readonly ms: number;
  readonly fault?: string;
};

/** A real clock has no `advance`. */
export type TenantClock = Clock & { readonly advance?: ManualClock['advance'] };

/** The whole state of a simulated tenant. */
export type Tenant = {
  readonly clock: TenantClock;
  readonly company: Company;
  readonly directory: Directory;
  readonly apps: ReadonlyMap<string, AppRegistration>;
  readonly chats: ChatBook;
  readonly images: Images;
  readonly uuids: Uuids;
  readonly tokens: Tokens;
  readonly rates: Rates;
  readonly quota: Quota;
  readonly faults: Faults;
  readonly pushes: Pushes;
  readonly post: Post;
  readonly changes: ChangeStream;
  readonly calls: Ring<CallRecord>;
  readonly switches: () => Switches;
  readonly setSwitches: (patch: Partial<Switches>) => void;
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

const CALLS_KEPT = 5000;

export const createTenant = ({
  clock = realClock,
  company = mintCompany(),
  apps = localApps(),
  post = httpPost,
  seed = String(Date.now()),
  ...options
}: TenantOptions = {}): Tenant => {
  let current: Switches = { ...defaultSwitches, ...options.switches };
  const switches = (): Switches => current;
  const directory = createDirectory(
    company,
    apps.map(({ appId }) => appId),
  );
  return {
    clock,
    company,
    directory,
    apps: new Map(apps.map((app) => [app.appId, app])),
    chats: createChatBook(company.groups, directory, seed),
    images: createImages(seed),
    uuids: createUuids(clock.now),
    tokens: createTokens(clock),
    rates: createRates(clock.now, switches),
    quota: createQuota(clock.now),
    faults: createFaults(),
    pushes: createPushes({ clock, post, switches, tenantKey: company.tenantKey }),
    post,
    changes: createChangeStream(),
    calls: ring<CallRecord>(CALLS_KEPT),
    switches,
    setSwitches: (patch) => {
      current = { ...current, ...patch };
    },
  };
};
