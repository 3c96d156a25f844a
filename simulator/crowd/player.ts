import type { Tenant } from '../feishu/tenant.ts';
import { workingFrom } from './attention.ts';
import { type Crowd, crowd } from './crowd.ts';

/** 全员模拟 as somebody sets it. */
export type CrowdSetting = {
  readonly on: boolean;
  /** Of the crowd's clock against the tenant's: at 60 a working hour takes a minute. */
  readonly speed: number;
  /** union_ids that somebody plays by hand. */
  readonly spared: readonly string[];
};

export type CrowdState = CrowdSetting & {
  /** When it is for the crowd. */
  readonly now: number;
  readonly counts: ReturnType<Crowd['counts']>;
};

export type Player = { readonly set: (setting: CrowdSetting) => void; readonly state: () => CrowdState };

const NOBODY = { looked: 0, opened: 0, confirmed: 0, refused: 0 };
const LONGEST_MS = 1_000;
/** Between two turns, each of which does all that is due. */
const SHORTEST_MS = 20;
const SEED = 1;
/** Callbacks on their way at once: the system behind is a developer's machine. */
const AT_ONCE = 4;

type Playing = {
  readonly crowd: Crowd;
  readonly now: () => number;
  readonly hurry: (speed: number) => void;
};

const startPlaying = (
  tenant: Tenant,
  { speed }: CrowdSetting,
  isSpared: (unionId: string) => boolean,
): Playing => {
  const { clock } = tenant;
  let [base, began, factor] = [workingFrom(clock.now()), clock.now(), speed];
  const now = (): number => base + (clock.now() - began) * factor;
  const played = crowd({ tenant, seed: SEED, now, atOnce: AT_ONCE, isSpared });
  played.catchUp();
  return {
    crowd: played,
    now,
    hurry: (next) => {
      [base, began, factor] = [now(), clock.now(), next];
    },
  };
};

/**
 * Plays a crowd beside whatever else happens in the tenant. Its clock starts at the tenant's or, when nobody works then, at the
 * next hour of work, so that who looks on a Saturday night sees something.
 */
export const createPlayer = (tenant: Tenant): Player => {
  let setting: CrowdSetting = { on: false, speed: 1, spared: [] };
  let playing: Playing | undefined;
  const tick = async (played: Playing): Promise<void> => {
    if (playing !== played) return;
    await played.crowd.play(played.now());
    const nextMs = ((played.crowd.nextAt() ?? Infinity) - played.now()) / setting.speed;
    tenant.clock.after(Math.max(SHORTEST_MS, Math.min(LONGEST_MS, nextMs)), () => {
      run(played);
    });
  };
  const run = (played: Playing): void => {
    tick(played).catch((error: unknown) => {
      console.error(error);
    });
  };
  const begin = (): Playing => {
    const started = startPlaying(tenant, setting, (unionId) => setting.spared.includes(unionId));
    // What tick compares with is set first.
    playing = started;
    run(started);
    return started;
  };
  return {
    set: (wanted) => {
      setting = wanted;
      if (wanted.on) (playing ?? begin()).hurry(wanted.speed);
      else {
        playing?.crowd.stop();
        playing = undefined;
      }
    },
    state: () => ({
      ...setting,
      now: playing?.now() ?? tenant.clock.now(),
      counts: playing?.crowd.counts() ?? NOBODY,
    }),
  };
};
