import { bundle } from './bundle.ts';
import { type Bench, runOnce, startBench, ticketCall } from './lambda.ts';
import { compare, type Line } from './line.ts';

const ours = 'functions/feishu-events/handler.ts';
const tickets = 'functions/ticket-intake/handler.ts';
const empty = 'bench/baselines/empty.ts';
const sdk = 'bench/baselines/sdk-dispatcher.ts';

type Measure = (bundle: string, bench: Bench) => Promise<number>;

/** Measures in turn, so that whatever else the machine does hits all alike. The first round only warms the disk. */
const inTurn = async (
  entries: readonly string[],
  rounds: number,
  measure: Measure,
): Promise<(entry: string) => readonly number[]> => {
  const files = new Map<string, string>();
  for (const entry of entries) files.set(entry, await bundle(entry));
  const bench = await startBench();
  const turns = Array.from({ length: rounds + 1 }, () => [...files]).flat();
  const values = new Map<string, number[]>();
  try {
    for (const [entry, file] of turns) {
      values.set(entry, [...(values.get(entry) ?? []), await measure(file, bench)]);
    }
  } finally {
    await bench.close();
  }
  return (entry) => (values.get(entry) ?? []).slice(1);
};

/** Process start to first acknowledgement, as Feishu meets a cold function. */
export const ingressInit = async (rounds: number): Promise<readonly Line[]> => {
  const values = await inTurn([empty, ours, sdk], rounds, async (file, bench) => {
    return (await runOnce(file, bench, { count: 1, warmUp: 1 })).firstAckMs;
  });
  const subject = { name: 'ingress-init', values: values(ours) };
  return [
    compare('ms', subject, { name: 'empty handler', values: values(empty) }),
    compare('ms', subject, { name: 'SDK EventDispatcher + client-dynamodb', values: values(sdk) }),
  ];
};

/** Acknowledgements per second of one warm instance, which handles one call at a time. */
export const ingressWarm = async (rounds: number): Promise<readonly Line[]> => {
  const values = await inTurn([ours, sdk], rounds, async (file, bench) => {
    return (await runOnce(file, bench, { count: 600, warmUp: 200 })).acksPerSecond;
  });
  const subject = { name: 'ingress-warm', values: values(ours) };
  return [
    compare('acks/s', subject, {
      name: 'SDK EventDispatcher + client-dynamodb',
      values: values(sdk),
    }),
  ];
};

/** Process start to first acknowledgement of a shop's push. */
export const ticketInit = async (rounds: number): Promise<readonly Line[]> => {
  const values = await inTurn([empty, tickets, ours], rounds, async (file, bench) => {
    const call = file.includes('ticket-intake') ? { call: ticketCall } : {};
    return (await runOnce(file, bench, { count: 1, warmUp: 1, ...call })).firstAckMs;
  });
  const subject = { name: 'ticket-intake-init', values: values(tickets) };
  return [
    compare('ms', subject, { name: 'empty handler', values: values(empty) }),
    compare('ms', subject, { name: 'feishu-events', values: values(ours) }),
  ];
};

/** Acknowledgements per second of one warm instance. */
export const ticketWarm = async (rounds: number): Promise<readonly Line[]> => {
  const values = await inTurn([tickets, ours], rounds, async (file, bench) => {
    const call = file.includes('ticket-intake') ? { call: ticketCall } : {};
    return (await runOnce(file, bench, { count: 600, warmUp: 200, ...call })).acksPerSecond;
  });
  const subject = { name: 'ticket-intake-warm', values: values(tickets) };
  return [compare('acks/s', subject, { name: 'feishu-events', values: values(ours) })];
};
