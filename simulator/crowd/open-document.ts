import type { Person } from '../company.ts';
import { docActsOf } from '../feishu/docs/acts.ts';
import { NoSuchThing } from '../feishu/no-such-thing.ts';
import { Refusal } from '../feishu/refusal.ts';
import type { Tenant } from '../feishu/tenant.ts';
import { documentToken } from './card-controls.ts';

/** A view of the document, as a person's own; false for one that isn't here or that the person may not read. */
export const openIn =
  (tenant: Tenant) =>
  ({ unionId }: Person, url: string): boolean => {
    try {
      docActsOf(tenant, unionId).open(documentToken(url) ?? '');
      return true;
    } catch (error) {
      if (error instanceof NoSuchThing || error instanceof Refusal) return false;
      throw error;
    }
  };
