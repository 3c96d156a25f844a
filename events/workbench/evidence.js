import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/reports/legal-42/evidence' });
export { event as 'module.exports' };
