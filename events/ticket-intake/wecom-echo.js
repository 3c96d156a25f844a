import { echo } from './sign.ts';

const event = echo('1616140317555161061');
export { event as 'module.exports' };
