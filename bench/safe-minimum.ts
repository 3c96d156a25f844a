/**
 * Seconds until the last of so many cards of the bulk lane may leave when no 60.6 s hold more than 900 sends of bulk (the
 * rest of the 1000 is kept for urgent cards and digests) and no 1.25 s more than 50 of all.
 */
export const safeMinimumS = (sends: number): number => {
  const [minuteS, perMinute, secondS, perSecond] = [60.6, 900, 1.25, 50];
  const left = (sends - 1) % perMinute;
  return Math.floor((sends - 1) / perMinute) * minuteS + Math.floor(left / perSecond) * secondS;
};
