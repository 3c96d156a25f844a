import { defineQueries } from '../../shared/connectors/named-query.ts';

const range = [
  { name: 'from', kind: 'day' },
  { name: 'to', kind: 'day' },
  { name: 'regions', kind: 'texts' },
] as const;
const day = [{ name: 'day', kind: 'day' }] as const;

const inRange = 'day between $1::date and $2::date and region = any($3::text[])';

/** What is on the shelf when the day closes; an expired lot cannot be sold and does not count. */
const closingLots = `
  closing_lots as (
    select l.sku, l.batch, l.expires_on, l.advice, p.name, p.unit_cost_fen, p.shelf_life_days,
      sum(case m.kind when 'in' then m.quantity else -m.quantity end) as quantity
    from stock_movements m join lots l using (lot_no) join products p using (sku)
    where m.day <= $1::date and l.expires_on > $1::date
    group by l.lot_no, p.sku
    having sum(case m.kind when 'in' then m.quantity else -m.quantity end) > 0
  )`;

/** Days of stock at the pace of the last 30 days; a risk when a new delivery would come too late. */
const cover = `
  cover as (
    select p.name, p.lead_days, coalesce(stock.quantity, 0) as quantity, sold.quantity / 30.0 as daily
    from products p
    left join (select sku, sum(quantity) as quantity from closing_lots group by sku) stock using (sku)
    left join (
      select l.sku, sum(m.quantity) as quantity
      from stock_movements m join lots l using (lot_no)
      where m.kind = 'out' and m.day > $1::date - 30 and m.day <= $1::date
      group by l.sku
    ) sold using (sku)
  ),
  risks as (select *, quantity / daily as days from cover where daily > 0 and quantity / daily < lead_days)`;

/** Stock at cost ÷ mean daily cost of what went out in the last 30 days; null when nothing went out. */
const turnover = (at: string): string => `(
    select sum(case when l.expires_on <= ${at} then 0 when m.kind = 'in' then m.quantity else -m.quantity end
        * p.unit_cost_fen)
      / nullif(sum(m.quantity * p.unit_cost_fen) filter (where m.kind = 'out' and m.day > ${at} - 30) / 30.0, 0)
    from stock_movements m join lots l using (lot_no) join products p using (sku)
    where m.day <= ${at}
  )`;

export const biQueries = defineQueries('config/queries/bi.ts', {
  watermark: 'select dataset, complete_through, as_of from watermarks',
  queries: {
    'sales.days': {
      dataset: 'sales',
      sql: `select day, sum(paid_fen) as "paidFen", count(distinct order_no) as orders,
          sum(quantity) as quantity, sum(profit_fen) as "profitFen"
        from order_lines where ${inRange} group by day order by day`,
      params: [...range],
      rowCap: 800,
    },
    'sales.channels': {
      dataset: 'sales',
      sql: `select day, channel, sum(paid_fen) as "paidFen", count(distinct order_no) as orders,
          sum(profit_fen) as "profitFen"
        from order_lines where ${inRange} group by day, channel order by day, "paidFen" desc, channel`,
      params: [...range],
      rowCap: 2400,
    },
    'sales.products': {
      dataset: 'sales',
      sql: `with top as (
          select p.name as product, sum(paid_fen) as "paidFen", sum(quantity) as quantity
          from order_lines join products p using (sku)
          where ${inRange} group by p.name order by 2 desc, 1 limit 5
        )
        select * from top order by "paidFen" desc, product`,
      params: [...range],
      rowCap: 5,
    },
    'sales.target': {
      dataset: 'sales',
      sql: `select sum(target_fen) as "targetFen" from sales_targets
        where month = $1::text and region = any($2::text[]) having count(*) > 0`,
      params: [
        { name: 'month', kind: 'month' },
        { name: 'regions', kind: 'texts' },
      ],
      rowCap: 1,
    },
    'stock.summary': {
      dataset: 'stock',
      sql: `with ${closingLots}, ${cover}
        select coalesce(sum(quantity), 0) as "availableQty", coalesce(sum(quantity * unit_cost_fen), 0) as "costFen",
          round(${turnover('$1::date')}, 1) as "turnoverDays",
          round(${turnover("($1::date - interval '1 month')::date")}, 1) as "turnoverDaysMonthAgo",
          (select count(*) from cover where quantity = 0) as "stockoutSkus",
          (select count(*) from risks) as "riskSkus",
          count(*) filter (where (expires_on - $1::date) * 3 <= shelf_life_days) as "expiringLots"
        from closing_lots`,
      params: [...day],
      rowCap: 1,
    },
    'stock.risks': {
      dataset: 'stock',
      sql: `with ${closingLots}, ${cover}
        select name as product, round(days, 1) as "daysOfStock", lead_days as "leadDays", round(daily, 1) as "dailyQty"
        from risks order by days - lead_days, name`,
      params: [...day],
      rowCap: 50,
    },
    'stock.expiring': {
      dataset: 'stock',
      sql: `with ${closingLots}
        select name as product, batch, round((expires_on - $1::date)::numeric / shelf_life_days, 4) as "remainingRatio",
          expires_on - $1::date as "remainingDays", quantity as qty, quantity * unit_cost_fen as "costFen", advice
        from closing_lots where (expires_on - $1::date) * 3 <= shelf_life_days
        order by "remainingRatio", name, batch`,
      params: [...day],
      rowCap: 50,
    },
    'finance.receivables': {
      dataset: 'finance',
      sql: `with open as (
          select i.due_on, i.amount_fen - coalesce(sum(c.amount_fen), 0) as rest_fen
          from invoices i left join collections c on c.invoice_no = i.invoice_no and c.day <= $1::date
          where i.issued_on <= $1::date
          group by i.invoice_no
        )
        select coalesce(sum(rest_fen), 0) as "balanceFen",
          coalesce(sum(rest_fen) filter (where due_on < $1::date and rest_fen > 0), 0) as "overdueFen",
          count(*) filter (where due_on < $1::date and rest_fen > 0) as "overdueCount",
          coalesce($1::date - min(due_on) filter (where due_on < $1::date and rest_fen > 0), 0) as "overdueOldestDays",
          (select coalesce(sum(amount_fen), 0) from collections
            where day between date_trunc('month', $1::date)::date and $1::date) as "collectedMonthFen",
          (select target_fen from collect_targets where month = to_char($1::date, 'YYYY-MM')) as "collectTargetFen",
          (select coalesce(sum(amount_fen), 0) from payables where due_on > $1::date and due_on <= $1::date + 7
            and (paid_on is null or paid_on > $1::date)) as "payable7dFen"
        from open`,
      params: [...day],
      rowCap: 1,
    },
    'people.headcount': {
      dataset: 'people',
      // No attendance for a day means that the day has not been loaded: no row rather than half of one.
      sql: `select
          (select count(*) from employees where joined_on <= $1::date and (left_on is null or left_on > $1::date))
            as "onRoll",
          (select posts from authorised_posts where effective_from <= $1::date order by effective_from desc limit 1)
            as authorised,
          round(present::numeric / scheduled, 4) as "attendedRatio",
          (select count(*) from employees
            where joined_on between date_trunc('month', $1::date)::date and $1::date) as "joinedMonth",
          (select count(*) from employees
            where left_on between date_trunc('month', $1::date)::date and $1::date) as "leftMonth",
          (select count(*) from approvals
            where submitted_at <= $1::date::timestamp at time zone 'Asia/Shanghai'
              and (decided_at is null or decided_at > ($1::date + 1)::timestamp at time zone 'Asia/Shanghai'))
            as "pendingApprovals24h"
        from attendance where day = $1::date`,
      params: [...day],
      rowCap: 1,
    },
  },
});
