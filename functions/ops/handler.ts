import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { type CommandReply, runCommand } from '../../shared/lambda/command.ts';
import { alertsInForce } from '../../shared/settings/alerts-in-force.ts';
import { releasesInForce } from '../../shared/settings/releases-in-force.ts';
import { opsCommands } from './commands.ts';
import { wireOps } from './wiring.ts';

const name = z.string().min(1);
/** Read and judged by the doctor: with a broken one every other command still works. */
const secret = z.string().default('');
const env = readEnv({
  INBOX_TABLE: name,
  SETTINGS_TABLE: name,
  PEOPLE_TABLE: name,
  DELIVERIES_TABLE: name,
  CONTENTS_TABLE: name,
  DIGESTS_TABLE: name,
  METRICS_TABLE: name,
  OPS_TABLE: name,
  TICKETS_TABLE: name,
  BROADCASTS_TABLE: name,
  FEISHU_DOMAIN: secret,
  FEISHU_APPS: secret,
  FEISHU_CALLBACK_KEYS: secret,
  SEAL_KEYS: secret,
  EVIDENCE_KEYS: secret,
});

const { deps, settle } = wireOps(env, process.env);
const now = (): Date => new Date();
const releasesNow = releasesInForce(deps.settings, now);
const alertsNow = alertsInForce(deps.settings, now);

const run = async (event: unknown): Promise<CommandReply> => {
  const inForce = { releases: await releasesNow(), alertDefinitions: await alertsNow() };
  return runCommand(opsCommands({ ...deps, ...inForce }), event);
};

export const handler = (event: unknown): Promise<CommandReply> => run(event).finally(settle);
