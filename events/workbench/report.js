import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/reports/legal-42' });
export { event as 'module.exports' };
