import { signed } from './sign.ts';

const event = signed('nonsense');
export { event as 'module.exports' };
