import { errorFields } from '../../shared/log.ts';
import { broken, type Check, fine, unknown } from './check.ts';

export type ClockDeps = {
  readonly feishuUrl: string;
  readonly dynamoDbUrl: string;
};

/** A signature of Feishu is good for five minutes, a lease for seconds. */
const mostSkewMs = 60_000;
const timeoutMs = 3_000;

const checkClock = async (name: string, url: string, now: Date): Promise<Check> => {
  const started = performance.now();
  const fix = 'look at the network of the functions (VPC, NAT, proxy)';
  try {
    const { headers } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(timeoutMs) });
    const date = headers.get('date');
    if (date === null) return unknown(name, { detail: 'the answer carries no Date', fix });
    // The answer's second began up to a second before it was written.
    const theirs = Date.parse(date) + 500;
    const skewMs = now.getTime() + (performance.now() - started) / 2 - theirs;
    if (Math.abs(skewMs) <= mostSkewMs) return fine(name, `${Math.round(skewMs / 1000)} s apart`);
    return broken(name, {
      detail: `our clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead' : 'behind'}`,
      fix: 'set the clock of the machine (NTP); on Lambda deploy again to get another host',
    });
  } catch (error) {
    return broken(name, { detail: `no answer (${String(errorFields(error)['error'])})`, fix });
  }
};

/** Leases, quiet hours and signatures compare our clock with theirs. */
export const clockChecks = (deps: ClockDeps, now: Date): Promise<readonly Check[]> =>
  Promise.all([
    checkClock('clock.feishu', deps.feishuUrl, now),
    checkClock('clock.dynamodb', deps.dynamoDbUrl, now),
  ]);
