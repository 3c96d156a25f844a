import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { type CommandReply, runCommand } from '../../shared/lambda/command.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { ops } from '../../shared/store/ops.ts';
import { people } from '../../shared/store/people.ts';
import { settings } from '../../shared/store/settings.ts';
import { windows } from '../../shared/store/windows.ts';
import { opsCommands } from './commands.ts';

const name = z.string().min(1);
const env = readEnv({
  INBOX_TABLE: name,
  SETTINGS_TABLE: name,
  PEOPLE_TABLE: name,
  DELIVERIES_TABLE: name,
  DIGESTS_TABLE: name,
  OPS_TABLE: name,
});

const commands = opsCommands({
  inbox: inbox(env.INBOX_TABLE),
  settings: settings(env.SETTINGS_TABLE),
  people: people(env.PEOPLE_TABLE),
  deliveries: deliveries(env.DELIVERIES_TABLE),
  windows: windows(env.DIGESTS_TABLE),
  calls: ops(env.OPS_TABLE),
});

export const handler = (event: unknown): Promise<CommandReply> => runCommand(commands, event);
