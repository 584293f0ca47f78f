import type { Counters } from '../counters.ts';
import type { NewId } from '../lib/ids.ts';
import type { Timers } from '../lib/timers.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { ModelFaults } from './faults.ts';
import type { RequestLog } from './request-log.ts';

/** All that the simulated model is made of. */
export type ModelWorld = {
  settings: SimulatorSettings;
  counters: Counters;
  timers: Timers;
  now: () => number;
  newId: NewId;
  faults: ModelFaults;
  requests: RequestLog;
};
