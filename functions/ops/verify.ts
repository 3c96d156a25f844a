import type { Command } from '../../shared/lambda/command.ts';
import { type VerifyDeps, verifySubject } from './identity.ts';
import { type VerifyEvidenceDeps, verifyEvidence } from './verify-evidence.ts';
import { type VerifyTicketDeps, verifyTickets } from './verify-tickets.ts';

const isAbout = (what: 'tickets' | 'evidence', input: unknown): boolean =>
  typeof input === 'object' && input !== null && what in input;

/** What can be recomputed: the states of a subject's deliveries, the tickets of a period, a file of evidence. */
export const verify = (deps: VerifyDeps & VerifyTicketDeps & VerifyEvidenceDeps): Command => {
  const [subject, tickets, evidence] = [verifySubject(deps), verifyTickets(deps), verifyEvidence(deps)];
  const of = (input: unknown): Command => {
    if (isAbout('evidence', input)) return evidence;
    return isAbout('tickets', input) ? tickets : subject;
  };
  return {
    input: subject.input.or(tickets.input).or(evidence.input),
    run: (input, now) => of(input).run(input, now),
  };
};
