import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench' });
export { event as 'module.exports' };
