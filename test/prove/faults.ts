import type { Random } from '../../simulator/bi/random.ts';

/** What is called: each fails in its own ways. `source` is a business system that is only read. */
export type Service = 'dynamodb' | 'feishu' | 'source';

/**
 * `crashBefore` the process dies with the request unwritten · `crashAfter` it was carried out, nobody learns of it ·
 * `lostReply` carried out, the connection ends (the AWS SDK then repeats it by itself) · `allLost` so are the repeats ·
 * `refused` not carried out, an error comes back · `timeout` not carried out, no answer · `late` carried out after its
 * caller gave up · `slow` carried out, answered just in time · `429` with the seconds to wait · `5xx` not carried out ·
 * `doneBut5xx` carried out, something in between says 502.
 */
export const faultsOf = {
  dynamodb: ['crashBefore', 'crashAfter', 'lostReply', 'allLost', 'refused', 'late', 'slow'],
  feishu: [
    'crashBefore',
    'crashAfter',
    'lostReply',
    'refused',
    'timeout',
    'late',
    'slow',
    '429',
    '5xx',
    'doneBut5xx',
  ],
  source: ['crashBefore', 'crashAfter', 'refused', 'slow'],
} as const satisfies Readonly<Record<Service, readonly string[]>>;

export type FaultKind = (typeof faultsOf)[Service][number];

/** How an answer reaches its caller: the result of the last execution, or one of the ways in which it doesn't. */
export type Ending = 'result' | 'reset' | 'timeout' | 'refused' | 'tooMany' | 'badGateway' | 'serverError';

/** One call as it goes: when it is carried out (0, 1 or more times) and what its caller learns when. Milliseconds. */
export type Course = {
  readonly executeAt: readonly number[];
  readonly answerAt: number;
  readonly ending: Ending;
  /** Its process dies at `answerAt` in place of an answer. */
  readonly dies: boolean;
};

/** A request to DynamoDB has 2 s, three times (shared/store/table.ts). */
const dynamoDbGivesUpMs = 6_000;
/** Later than this nothing of an abandoned request is carried out: what stands between us and Feishu gives up, too. */
const latestMs = 180_000;

const latency = (service: Service, random: Random): number => {
  // One call in a hundred is slow, so that what follows it overtakes it.
  const factor = random.next() < 0.01 ? 40 : 1;
  return factor * (service === 'dynamodb' ? random.whole(1, 8) : random.whole(5, 60));
};

type Asked = { readonly service: Service; readonly timeoutMs: number; readonly random: Random };

type Timing = { readonly there: number; readonly back: number; readonly givesUpMs: number };
type Draw = (timing: Timing, random: Random) => Omit<Course, 'dies'> & { readonly dies?: boolean };

/** What is the same for every service. */
const anywhere = {
  none: ({ there, back }) => ({ executeAt: [there], answerAt: back, ending: 'result' }),
  crashBefore: ({ there }) => ({ executeAt: [], answerAt: there, ending: 'result', dies: true }),
  crashAfter: ({ there }) => ({ executeAt: [there], answerAt: there + 1, ending: 'result', dies: true }),
  refused: ({ back }) => ({ executeAt: [], answerAt: back, ending: 'refused' }),
  timeout: ({ givesUpMs }) => ({ executeAt: [], answerAt: givesUpMs, ending: 'timeout' }),
  '429': ({ back }) => ({ executeAt: [], answerAt: back, ending: 'tooMany' }),
  '5xx': ({ back }, random) => ({
    executeAt: [],
    answerAt: back,
    ending: random.next() < 0.5 ? 'badGateway' : 'serverError',
  }),
  doneBut5xx: ({ there, back }) => ({ executeAt: [there], answerAt: back, ending: 'badGateway' }),
} as const satisfies Readonly<Record<string, Draw>>;

const ofFeishu = {
  ...anywhere,
  lostReply: ({ there, back }) => ({ executeAt: [there], answerAt: back, ending: 'reset' }),
  allLost: anywhere.timeout,
  late: ({ givesUpMs }, random) => ({
    executeAt: [random.whole(givesUpMs + 1, latestMs)],
    answerAt: givesUpMs,
    ending: 'timeout',
  }),
  slow: ({ there, givesUpMs }) => ({ executeAt: [there], answerAt: givesUpMs - 500, ending: 'result' }),
} as const satisfies Readonly<Record<FaultKind | 'none', Draw>>;

/** The AWS SDK repeats by itself what got no answer. */
const ofDynamoDb: Readonly<Record<FaultKind | 'none', Draw>> = {
  ...anywhere,
  lostReply: ({ there, back }) => ({
    executeAt: [there, there + 150],
    answerAt: back + 150,
    ending: 'result',
  }),
  allLost: ({ there, givesUpMs }, random) => ({
    executeAt: [there, there + 2_000, there + 4_000].slice(0, random.whole(1, 3)),
    answerAt: givesUpMs,
    ending: 'timeout',
  }),
  late: ({ givesUpMs }, random) => ({
    executeAt: [givesUpMs + random.whole(1, 3_000)],
    answerAt: givesUpMs,
    ending: 'timeout',
  }),
  slow: ({ there }) => ({ executeAt: [there], answerAt: 1_900, ending: 'result' }),
};

const byService: Readonly<Record<Service, Readonly<Record<FaultKind | 'none', Draw>>>> = {
  dynamodb: ofDynamoDb,
  feishu: ofFeishu,
  source: ofFeishu,
};

/** The course of a call that meets this fault. */
export const courseOf = (fault: FaultKind | undefined, { service, timeoutMs, random }: Asked): Course => {
  const there = latency(service, random);
  const back = there + latency(service, random);
  const givesUpMs = service === 'dynamodb' ? dynamoDbGivesUpMs : timeoutMs;
  return { dies: false, ...byService[service][fault ?? 'none']({ there, back, givesUpMs }, random) };
};
