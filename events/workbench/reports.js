import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/reports' });
export { event as 'module.exports' };
