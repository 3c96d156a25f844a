import * as z from 'zod';
import type { Setting, Settings } from '../store/settings.ts';

export const modeSchema = z.enum(['rehearsal', 'live', 'stopped']);
export type Mode = z.output<typeof modeSchema>;
const trialSchema = z.object({ people: z.array(z.string()) });

/** Set per sender and per digest or other kind of subject: `mode#sender:zhida`, `mode#subject:morning`. */
export const modeSetting = (of: 'sender' | 'subject', id: string): string => `mode#${of}:${id}`;
/** union_ids (and `chat:<id>`) that get everything while we rehearse. */
export const trialSetting = 'trial';
export const trialPeople = (found: Setting | undefined): readonly string[] =>
  found ? trialSchema.parse(found.value).people : [];

export type Verdict =
  | { readonly send: true; readonly version: string }
  | { readonly send: false; readonly mode: 'rehearsal' | 'stopped'; readonly version: string };

export type Modes = (what: { sender: string; topic: string; recipient: string }) => Promise<Verdict>;

/** `stopped` must reach every sender within 2 s: what was read is used for one second. */
const cacheMs = 1_000;

type Known = { readonly mode: Mode; readonly version: string };

const strictest = (modes: readonly Mode[]): Mode =>
  modes.find((mode) => mode === 'stopped') ?? modes.find((mode) => mode === 'rehearsal') ?? 'live';

/**
 * What a subject is about, for its mode: `digest:morning:2026-11-23` → `morning`, `broadcast:legal-42:v1` → `legal` (its
 * account), `reply:om_1` → `reply`.
 */
export const topicOf = (subject: string): string => {
  const [kind = '', id = ''] = subject.split(':');
  if (kind === 'broadcast') return id.replace(/-\d+$/u, '');
  return kind === 'digest' ? id : kind;
};

const unsetSender: Known = { mode: 'rehearsal', version: '0' };
const unsetTopic: Known = { mode: 'live', version: '0' };

const remembered = <T>(
  now: () => number,
  read: (key: string) => Promise<T>,
): ((key: string) => Promise<T>) => {
  const cache = new Map<string, { readonly at: number; readonly value: Promise<T> }>();
  return (key) => {
    const hit = cache.get(key);
    if (hit && now() - hit.at < cacheMs) return hit.value;
    const value = read(key);
    cache.set(key, { at: now(), value });
    return value;
  };
};

/**
 * May this leave? The strictest of the sender's and the topic's mode counts. A sender that nobody has set to `live`
 * rehearses: after set-up nothing reaches anybody outside the trial list.
 */
export const modes = ({ settings, now }: { settings: Settings; now: () => number }): Modes => {
  const modeOf = remembered(now, async (setting): Promise<Known | undefined> => {
    const found = await settings.current(setting);
    return found && { mode: modeSchema.parse(found.value), version: found.version };
  });
  const trial = remembered(
    now,
    async (setting): Promise<readonly string[]> => trialPeople(await settings.current(setting)),
  );
  return async ({ sender, topic, recipient }) => {
    const [ofSender, ofTopic] = await Promise.all([
      modeOf(modeSetting('sender', sender)),
      modeOf(modeSetting('subject', topic)),
    ]);
    const known = [ofSender ?? unsetSender, ofTopic ?? unsetTopic];
    const mode = strictest(known.map((each) => each.mode));
    const version = `${mode}@${known.map((each) => each.version).join('/')}`;
    if (mode === 'live') return { send: true, version };
    if (mode === 'rehearsal' && (await trial(trialSetting)).includes(recipient))
      return { send: true, version };
    return { send: false, mode, version };
  };
};
