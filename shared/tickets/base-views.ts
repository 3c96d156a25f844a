export type ViewDefinition = {
  readonly name: string;
  readonly allOf: readonly {
    readonly column: string;
    readonly operator: string;
    readonly value?: readonly string[];
  }[];
};

const isTicked = (column: string) => ({ column, operator: 'is', value: ['true'] });

/** Filters look only at what we write, so that they hold in every client; no formulas. */
export const views: readonly ViewDefinition[] = [
  { name: '全部工单', allOf: [] },
  { name: '我的待办', allOf: [isTicked('未结'), { column: '处理人', operator: 'isNotEmpty' }] },
  { name: '今日超时', allOf: [isTicked('未结'), isTicked('超时')] },
  { name: '仓库待核实', allOf: [isTicked('待仓库核实')] },
  { name: '食品安全', allOf: [isTicked('属食品安全')] },
  { name: '平台倒计时 < 4 小时', allOf: [isTicked('平台不足4小时')] },
  { name: '本周已结', allOf: [{ column: '解决时间', operator: 'is', value: ['CurrentWeek'] }] },
];
