/**
 * `npm run bench` or `npm run bench -- <name>`: ratios against named baselines, measured in turn in one run.
 * Each result is one JSON line. BENCH_ROUNDS changes how many values a median is taken from.
 */
import { broadcast } from './broadcast.ts';
import { bundleBytes } from './bundle-bytes.ts';
import { eventToAccepted } from './event-to-accepted.ts';
import { ingressInit, ingressWarm, ticketInit, ticketWarm } from './ingress.ts';
import type { Line } from './line.ts';
import { plan10000 } from './plan.ts';
import { send1000 } from './send-1000.ts';
import { slaEngine } from './sla-engine.ts';
import { threeHops } from './three-hops.ts';
import { ticketCost } from './ticket-cost.ts';
import { writeUnits } from './write-units.ts';

const rounds = (usual: number): number => Number(process.env['BENCH_ROUNDS'] ?? usual);

const benches: Readonly<Record<string, () => Promise<readonly Line[]>>> = {
  'ingress-init': () => ingressInit(rounds(21)),
  'ingress-warm': () => ingressWarm(rounds(7)),
  'ticket-intake-init': () => ticketInit(rounds(21)),
  'ticket-intake-warm': () => ticketWarm(rounds(7)),
  'three-hops': () => threeHops(rounds(40)),
  'event-to-accepted': () => eventToAccepted(rounds(20)),
  'plan-10000': () => plan10000(rounds(3)),
  'send-1000': () => send1000(rounds(1)),
  broadcast: () => broadcast(rounds(3)),
  'write-units': () => writeUnits(),
  'ticket-cost': () => ticketCost(),
  'sla-engine': () => slaEngine(rounds(15)),
  'bundle-bytes': () => bundleBytes(),
};

const [asked] = process.argv.slice(2);
const chosen = Object.entries(benches).filter(([name]) => asked === undefined || name === asked);
if (chosen.length === 0) {
  console.error(`no benchmark "${asked ?? ''}": ${Object.keys(benches).join(', ')}`);
  process.exitCode = 1;
}
for (const [, run] of chosen) {
  for (const line of await run()) console.log(JSON.stringify(line));
}
