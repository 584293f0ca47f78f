/** Faults that wait to happen, each so many times. */
export type FaultList<Fault> = {
  add(fault: Fault): void;
  /** The first that fits, used up by one. */
  take(fits: (fault: Fault) => boolean): Fault | undefined;
  clear(): void;
};

export function createFaultList<Fault extends { times: number }>(): FaultList<Fault> {
  let waiting: Fault[] = [];
  return {
    add: (fault) => {
      waiting.push({ ...fault });
    },
    take(fits) {
      const fault = waiting.find(fits);
      if (fault === undefined) return undefined;
      fault.times -= 1;
      if (fault.times <= 0) waiting = waiting.filter((one) => one !== fault);
      return fault;
    },
    clear: () => {
      waiting = [];
    },
  };
}
