/** Works on so many things at once and no more. */
export type Crew = {
  /** Resolves when there is room for the next one. */
  readonly give: (work: () => Promise<void>) => Promise<void>;
  readonly idle: () => Promise<void>;
};

export const crewOf = (atOnce: number): Crew => {
  const running = new Set<Promise<void>>();
  return {
    give: async (work) => {
      const task = work().finally(() => running.delete(task));
      running.add(task);
      if (running.size >= atOnce) await Promise.race(running);
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
};
