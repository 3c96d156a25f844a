import type { Play } from './demo-play.ts';
import { type Summary, summarise } from './demo-summary.ts';

/** Names what differs between the counts that were expected and those that are. */
const differences = (line: Summary, expected: Partial<Summary>): readonly string[] => {
  const found = new Map<string, unknown>(Object.entries(line));
  return Object.entries({ failed: 0, waiting: 0, ...expected })
    .filter(([name, value]) => found.get(name) !== value)
    .map(([name, value]) => `${line.window}: ${name} is ${String(found.get(name))}, not ${String(value)}`);
};

const countWindow = async (play: Play, day: string, expected: Partial<Summary>): Promise<Summary> => {
  const window = await play.windows.find('morning', day);
  const rows = await play.deliveries.listOfSubject(`digest:morning:${day}`);
  const line = summarise({ digest: 'morning', window: day }, rows);
  if (window?.state !== 'sent') play.problems.push(`the window of ${day} is ${window?.state ?? 'missing'}`);
  if (window?.target !== rows.length) play.problems.push(`the identity of ${day} doesn't hold`);
  play.problems.push(...differences(line, expected));
  return line;
};

type Days = {
  readonly yesterday: string;
  readonly today: string;
  readonly readers: ReadonlySet<string>;
  /** How many are on the trial list. */
  readonly trial: number;
};

/** Of the rehearsal and of today's morning card: everybody is counted once, in the state that is expected. */
export const countDigests = async (
  play: Play,
  { yesterday, today, readers, trial }: Days,
): Promise<readonly Summary[]> => {
  const rehearsed = (await play.deliveries.listOfSubject(`digest:morning:${yesterday}`)).filter(
    ({ state, recipient }) => state !== 'suppressed' && readers.has(recipient),
  );
  return [
    await countWindow(play, yesterday, { accepted: trial, read: rehearsed.length }),
    await countWindow(play, today, { suppressed: 0, read: readers.size }),
  ];
};
