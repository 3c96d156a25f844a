import { signed } from './sign.ts';

const event = signed('day-completed');
export { event as 'module.exports' };
