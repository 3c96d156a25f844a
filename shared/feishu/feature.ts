import { log } from '../log.ts';
import { explainCode } from './code-fixes.ts';
import type { Outcome } from './outcome.ts';

const told = new Set<string>();

/**
 * Is this feature switched off because Feishu refused it for want of a scope? Said once per process: an administrator
 * grants it or doesn't, and repeating the call, or failing, would change nothing.
 */
export const isSwitchedOff = (feature: string, outcome: Outcome<unknown>): boolean => {
  if (outcome.kind !== 'refused' || outcome.reason !== 'scope_missing') return false;
  if (!told.has(feature)) {
    told.add(feature);
    log.warn('feature_off', { feature, code: outcome.code, fix: explainCode(outcome.code).fix });
  }
  return true;
};
