import { dayText, monthOf, monthStart } from './days.ts';
import type { Basis, Rows, TableRow } from './generate.ts';
import type { Purchase } from './generate-stock.ts';
import { months } from './generate-targets.ts';
import type { Random } from './random.ts';

type Invoice = {
  readonly invoice_no: string;
  readonly debtor: string;
  readonly issuedOn: number;
  readonly dueOn: number;
  readonly amount_fen: number;
  readonly paidOn: number | undefined;
};
type Payable = {
  readonly bill_no: string;
  readonly creditor: string;
  readonly dueOn: number;
  readonly amount_fen: number;
};

const wan = 1_000_000;
/** Platforms keep their fee and settle a week's sales after so many days. */
const settlementDays: ReadonlyMap<string, number> = new Map([
  ['天猫', 14],
  ['抖音', 21],
  ['小程序', 7],
]);
const keptShare = 0.94;
/** Goods are paid 45 days after they arrive. */
const supplierDays = 45;

const settlements = ({ sales, firstDay, lastDay }: Basis, random: Random): readonly Invoice[] =>
  [...settlementDays].flatMap(([channel, days]) => {
    const invoices: Invoice[] = [];
    for (let week = firstDay; week + 8 <= lastDay; week += 7) {
      const sold = sales.filter(
        (sale) => sale.channel === channel && sale.day >= week && sale.day < week + 7,
      );
      const amount = Math.round(sold.reduce((sum, sale) => sum + sale.paidFen, 0) * keptShare);
      const issuedOn = week + 8;
      const dueOn = issuedOn + days;
      const paidOn = dueOn - random.whole(0, 2);
      const invoice_no = `AR-${channel}-${dayText(week)}`;
      if (amount > 0)
        invoices.push({ invoice_no, debtor: channel, issuedOn, dueOn, amount_fen: amount, paidOn });
    }
    return invoices;
  });

/** Two resellers: one pays later this month, the other is 41 days late with 380,000 yuan. */
const resellers = (lastDay: number): readonly Invoice[] => [
  {
    invoice_no: 'AR-FX-0041',
    debtor: '华南经销·晨禾商贸',
    issuedOn: lastDay - 71,
    dueOn: lastDay - 41,
    amount_fen: 38 * wan,
    paidOn: undefined,
  },
  {
    invoice_no: 'AR-FX-0057',
    debtor: '华东经销·沐野食品',
    issuedOn: lastDay - 18,
    dueOn: lastDay + 12,
    amount_fen: 26.4 * wan,
    paidOn: undefined,
  },
];

/** Every third invoice is paid in two parts. */
const collect = (invoices: readonly Invoice[], lastDay: number): readonly TableRow[] =>
  invoices
    .flatMap(({ invoice_no, amount_fen, paidOn }, index) => {
      if (paidOn === undefined) return [];
      const early = index % 3 === 0 ? Math.floor(amount_fen * 0.4) : 0;
      return [
        { invoice_no, day: paidOn - 3, amount_fen: early },
        { invoice_no, day: paidOn, amount_fen: amount_fen - early },
      ];
    })
    .filter(({ day, amount_fen }) => day <= lastDay && amount_fen > 0)
    .map((row, index) => ({ ...row, collection_no: index + 1, day: dayText(row.day) }));

const collectTargets = ({ firstDay, lastDay }: Basis, invoices: readonly Invoice[]): readonly TableRow[] =>
  months(firstDay, monthStart(lastDay, 1)).map((start) => {
    const due = invoices
      .filter(({ dueOn }) => dueOn >= start && dueOn < monthStart(start, 1))
      .reduce((sum, { amount_fen }) => sum + amount_fen, 0);
    return { month: monthOf(start), target_fen: Math.max(1, Math.ceil((due * 1.06) / wan)) * wan };
  });

const supplierBills = (bought: readonly Purchase[]): readonly Payable[] =>
  bought.map(({ day, sku, costFen }, index) => ({
    bill_no: `AP-${String(index + 1).padStart(4, '0')}`,
    creditor: `供应商 ${sku}`,
    dueOn: day + supplierDays,
    amount_fen: costFen,
  }));

const runningBills = ({ firstDay, lastDay }: Basis, random: Random): readonly Payable[] => {
  const bills: Payable[] = [];
  for (let dueOn = firstDay + 4; dueOn <= lastDay + 30; dueOn += 7) {
    const creditor = random.pick(['物流', '仓租', '推广', '包材']);
    bills.push({
      bill_no: `AP-Y-${dayText(dueOn)}`,
      creditor,
      dueOn,
      amount_fen: random.whole(250, 620) * 10_000,
    });
  }
  return bills;
};

/** Receivables follow the real sales by channel; payables follow the generated deliveries. */
export const generateFinance = (basis: Basis, random: Random, bought: readonly Purchase[]): Rows => {
  const invoices = [...settlements(basis, random), ...resellers(basis.lastDay)];
  const payables = [...supplierBills(bought), ...runningBills(basis, random)];
  return {
    invoices: invoices.map(({ invoice_no, debtor, issuedOn, dueOn, amount_fen }) => ({
      invoice_no,
      debtor,
      issued_on: dayText(issuedOn),
      due_on: dayText(dueOn),
      amount_fen,
    })),
    collections: collect(invoices, basis.lastDay),
    collect_targets: collectTargets(basis, invoices),
    payables: payables.map(({ bill_no, creditor, dueOn, amount_fen }) => ({
      bill_no,
      creditor,
      due_on: dayText(dueOn),
      paid_on: dueOn <= basis.lastDay ? dayText(dueOn) : null,
      amount_fen,
    })),
  };
};
