/** 不到1分, 35分, 3小时24分, 2天5小时. */
export const spanWords = (ms: number): string => {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return '不到1分';
  if (hours === 0) return `${minutes}分`;
  if (hours < 24) return `${hours}小时${minutes % 60}分`;
  return `${Math.floor(hours / 24)}天${hours % 24}小时`;
};

/** From one ISO instant to another. */
export const spanOf = (from: string, to: string): string => spanWords(Date.parse(to) - Date.parse(from));
