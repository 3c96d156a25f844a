import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/me.json' });
export { event as 'module.exports' };
