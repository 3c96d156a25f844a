import type { Digest } from '../../shared/digests/definition.ts';
import { peopleFinance } from './people-finance.ts';
import { salesDaily } from './sales-daily.ts';
import { stockDaily } from './stock-daily.ts';

// A bundler can't list a folder, so a new digest is its file and one line here, in the order of the card.
export const allDigests: readonly Digest[] = [salesDaily, stockDaily, peopleFinance];
