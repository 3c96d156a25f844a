import { loginEvent } from './sign.ts';

const event = loginEvent('a-code-that-nobody-knows');
export { event as 'module.exports' };
