import { pageEvent } from './sign.ts';

const event = pageEvent({
  path: '/workbench/reports/legal-42/steps',
  fields: { step: 'pause', reason: '第 3 条有误', revision: '1' },
});
export { event as 'module.exports' };
