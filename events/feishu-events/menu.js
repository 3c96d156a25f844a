import { signed } from '../sign.ts';

const event = signed('menu');
export { event as 'module.exports' };
