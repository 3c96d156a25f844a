-- The in-house BI as its users see it. Money is integer fen, days are Asia/Shanghai dates, instants carry a zone.
create table products (
  sku text primary key,
  name text not null unique,
  unit_cost_fen bigint not null check (unit_cost_fen > 0),
  shelf_life_days int not null check (shelf_life_days > 0),
  lead_days int not null check (lead_days > 0)
);

create table order_lines (
  line_no int primary key,
  order_no text not null,
  day date not null,
  region text not null check (region in ('华东', '华南', '华北', '西部')),
  channel text not null check (channel in ('天猫', '抖音', '小程序')),
  sku text not null references products,
  quantity int not null check (quantity > 0),
  paid_fen bigint not null check (paid_fen >= 0),
  profit_fen bigint not null
);
create index order_lines_day_region on order_lines (day, region);

create table sales_targets (
  month text not null check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  region text not null,
  target_fen bigint not null check (target_fen > 0),
  primary key (month, region)
);

create table lots (
  lot_no int primary key,
  sku text not null references products,
  batch text not null,
  expires_on date not null,
  advice text,
  unique (sku, batch)
);

create table stock_movements (
  lot_no int not null references lots,
  day date not null,
  kind text not null check (kind in ('in', 'out')),
  quantity int not null check (quantity > 0),
  primary key (lot_no, day, kind)
);
create index stock_movements_day on stock_movements (day);

create table invoices (
  invoice_no text primary key,
  debtor text not null,
  issued_on date not null,
  due_on date not null check (due_on >= issued_on),
  amount_fen bigint not null check (amount_fen > 0)
);

create table collections (
  collection_no int primary key,
  invoice_no text not null references invoices,
  day date not null,
  amount_fen bigint not null check (amount_fen > 0)
);
create index collections_invoice on collections (invoice_no, day);
create index collections_day on collections (day);

create table collect_targets (
  month text primary key,
  target_fen bigint not null check (target_fen > 0)
);

create table payables (
  bill_no text primary key,
  creditor text not null,
  due_on date not null,
  paid_on date,
  amount_fen bigint not null check (amount_fen > 0)
);
create index payables_due on payables (due_on);

create table employees (
  employee_no text primary key,
  department text not null,
  joined_on date not null,
  left_on date check (left_on > joined_on)
);

create table authorised_posts (
  effective_from date primary key,
  posts int not null check (posts > 0)
);

create table attendance (
  day date primary key,
  scheduled int not null check (scheduled > 0),
  present int not null check (present between 0 and scheduled)
);

create table approvals (
  approval_no int primary key,
  system text not null check (system in ('金蝶', '薪人薪事')),
  kind text not null,
  submitted_at timestamptz not null,
  decided_at timestamptz check (decided_at >= submitted_at)
);
create index approvals_submitted on approvals (submitted_at);

create table watermarks (
  dataset text primary key check (dataset in ('sales', 'stock', 'finance', 'people')),
  complete_through date not null,
  as_of timestamptz not null
);

create role bi_reader login;
grant select on all tables in schema public to bi_reader;
