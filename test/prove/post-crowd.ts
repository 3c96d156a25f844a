import { buttonsOf } from '../../simulator/crowd/card-controls.ts';
import { type Crowd, type CrowdAct, crowd } from '../../simulator/crowd/crowd.ts';
import { isGood } from '../../simulator/crowd/reader.ts';
import { actsOf } from '../../simulator/feishu/acts.ts';
import type { Stage } from './stage.ts';

export type Playing = {
  readonly crowd: Crowd;
  readonly acts: readonly CrowdAct[];
  /** What became of the last press on each card. */
  readonly pressed: ReadonlyMap<string, CrowdAct['deed']>;
  /** Somebody comes back to their chat unasked and confirms what still waits there. */
  readonly confirmUnasked: (unionId: string) => Promise<void>;
};

type Pressable = { readonly id: string; readonly press: Parameters<ReturnType<typeof actsOf>['click']>[1] };

/** The first card in their chats with bots that waits for a confirmation. */
const waitingCard = ({ world: { feishu } }: Stage, unionId: string): Pressable | undefined => {
  for (const { kind, members, messages } of feishu.tenant.chats.all()) {
    if (kind !== 'p2p' || ![...members].includes(unionId)) continue;
    for (const { id, recalled, msgType, content } of messages) {
      const buttons = recalled || msgType !== 'interactive' ? [] : buttonsOf(content);
      const found = buttons.find(({ text }) => text.includes('我已阅读并知悉'));
      if (found) return { id, press: found.press };
    }
  }
  return undefined;
};

/** The company's people read and confirm on the timeline of the proof. */
export const playCrowd = (stage: Stage): Playing => {
  const { loop, feishu } = stage.world;
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
  const note = (act: CrowdAct): void => {
    acts.push(act);
    if (act.messageId !== undefined) pressed.set(act.messageId, act.deed);
  };
  const confirmUnasked = async (unionId: string): Promise<void> => {
    const card = waitingCard(stage, unionId);
    if (!card) return;
    const answer = await actsOf(feishu.tenant, unionId).click(card.id, card.press);
    const deed = isGood(answer) ? 'confirmed' : 'refused';
    note({ at: loop.now(), unionId, deed, messageId: card.id });
  };
  const played: Crowd = crowd({
    tenant: feishu.tenant,
    seed: stage.plan.seed + 1,
    atOnce: Infinity,
    onAct: (act) => {
      note(act);
      // What this one does next is planned right after it was told.
      loop.after(1, arm);
    },
  });
  feishu.tenant.changes.subscribe(() => {
    loop.after(1, arm);
  });
  return { crowd: played, acts, pressed, confirmUnasked };
};
