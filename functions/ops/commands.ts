import type { Command } from '../../shared/lambda/command.ts';
import { type BaseTableDeps, baseTable } from './base-table.ts';
import { type BudgetDeps, budget } from './budget.ts';
import { type DoctorDeps, doctor } from './doctor.ts';
import type { VerifyDeps } from './identity.ts';
import { type ImpactDeps, impact } from './impact.ts';
import { type ImportDeps, importCases } from './import.ts';
import { type LeaveDeps, leaveCommands } from './leave.ts';
import { type ReceiptDeps, receiptCommands } from './receipts.ts';
import { resend } from './resend.ts';
import { type SettingDeps, settingCommands } from './setting-commands.ts';
import { type SheetDeps, sheetCommand } from './sheet-commands.ts';
import { type StopDeps, stopCommands } from './stop.ts';
import { type NumberDeps, ticketNumbers } from './ticket-numbers.ts';
import { verify } from './verify.ts';
import type { VerifyEvidenceDeps } from './verify-evidence.ts';
import { type WhyDeps, why } from './why.ts';

export type OpsDeps = BaseTableDeps &
  BudgetDeps &
  DoctorDeps &
  ImpactDeps &
  ImportDeps &
  LeaveDeps &
  NumberDeps &
  ReceiptDeps &
  SettingDeps &
  SheetDeps &
  StopDeps &
  VerifyDeps &
  VerifyEvidenceDeps &
  WhyDeps;

/** `{"do": …}` for administrators; writes are dry runs unless `"confirm": true`. */
export const opsCommands = (deps: OpsDeps): Readonly<Record<string, Command>> => ({
  ...settingCommands(deps),
  settings: sheetCommand(deps),
  ...stopCommands(deps),
  ...leaveCommands(deps),
  why: why(deps),
  resend: resend(deps),
  ...receiptCommands(deps),
  import: importCases(deps),
  verify: verify(deps),
  numbers: ticketNumbers(deps),
  impact: impact(deps),
  base: baseTable(deps),
  budget: budget(deps),
  doctor: doctor(deps),
});
