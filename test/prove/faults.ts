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

/** The course of a call that meets this fault. */
export const courseOf = (fault: FaultKind | undefined, { service, timeoutMs, random }: Asked): Course => {
  const there = latency(service, random);
  const back = there + latency(service, random);
  const givesUpMs = service === 'dynamodb' ? dynamoDbGivesUpMs : timeoutMs;
  const course = (executeAt: readonly number[], answerAt: number, ending: Ending): Course => ({
    executeAt,
    answerAt,
    ending,
    dies: false,
  });
  switch (fault) {
    case undefined:
      return course([there], back, 'result');
    case 'crashBefore':
      return { ...course([], there, 'result'), dies: true };
    case 'crashAfter':
      return { ...course([there], there + 1, 'result'), dies: true };
    case 'lostReply':
      return service === 'dynamodb'
        ? course([there, there + 150], back + 150, 'result')
        : course([there], back, 'reset');
    case 'allLost':
      return course([there, there + 2_000, there + 4_000].slice(0, random.whole(1, 3)), givesUpMs, 'timeout');
    case 'refused':
      return course([], back, 'refused');
    case 'timeout':
      return course([], givesUpMs, 'timeout');
    case 'late':
      return service === 'dynamodb'
        ? course([givesUpMs + random.whole(1, 3_000)], givesUpMs, 'timeout')
        : course([random.whole(givesUpMs + 1, latestMs)], givesUpMs, 'timeout');
    case 'slow':
      return course([there], service === 'dynamodb' ? 1_900 : givesUpMs - 500, 'result');
    case '429':
      return course([], back, 'tooMany');
    case '5xx':
      return course([], back, random.next() < 0.5 ? 'badGateway' : 'serverError');
    case 'doneBut5xx':
      return course([there], back, 'badGateway');
  }
};
