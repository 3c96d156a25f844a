import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/login', cookies: [] });
export { event as 'module.exports' };
