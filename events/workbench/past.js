import { pageEvent } from './sign.ts';

const event = pageEvent({ path: '/workbench/past', query: 'page=2' });
export { event as 'module.exports' };
