import { signed } from './sign.ts';

const event = signed('points-recorded');
export { event as 'module.exports' };
