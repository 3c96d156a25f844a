import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/me' });
export { event as 'module.exports' };
