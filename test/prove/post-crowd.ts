import { type Crowd, type CrowdAct, crowd } from '../../simulator/crowd/crowd.ts';
import type { Stage } from './stage.ts';

export type Playing = {
  readonly crowd: Crowd;
  readonly acts: readonly CrowdAct[];
  /** What became of the last press on each card. */
  readonly pressed: ReadonlyMap<string, CrowdAct['deed']>;
};

/** The company's people read and confirm on the timeline of the proof. */
export const playCrowd = ({ world: { loop, feishu }, plan }: Stage): Playing => {
  const acts: CrowdAct[] = [];
  const pressed = new Map<string, CrowdAct['deed']>();
  let armed: { readonly at: number; readonly cancel: () => void } | undefined;
  const arm = (): void => {
    const at = played.nextAt();
    if (at === undefined || (armed && armed.at <= at)) return;
    armed?.cancel();
    armed = { at, cancel: loop.after(at - loop.now(), run) };
  };
  const run = (): void => {
    armed = undefined;
    void played.play(loop.now()).then(arm);
  };
  const played: Crowd = crowd({
    tenant: feishu.tenant,
    seed: plan.seed + 1,
    atOnce: Infinity,
    onAct: (act) => {
      acts.push(act);
      if (act.messageId !== undefined) pressed.set(act.messageId, act.deed);
      // What this one does next is planned right after it was told.
      loop.after(1, arm);
    },
  });
  feishu.tenant.changes.subscribe(() => {
    loop.after(1, arm);
  });
  return { crowd: played, acts, pressed };
};
