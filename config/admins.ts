/** Roles (see config/roles.ts) that are told what the system needs from them. */
export const adminRoles: readonly string[] = ['直达管理员'];
