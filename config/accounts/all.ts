import type { Account } from '../../shared/broadcasts/account.ts';
import { legal } from './legal.ts';
import { policies } from './policies.ts';

// A bundler can't list a folder, so a new account is its file and one line here.
export const allAccounts: readonly Account[] = [legal, policies];
