import { randomBytes } from 'node:crypto';

/** Makes ids that no other run makes: a random word for the run and a count. */
export type NewId = (prefix: string) => string;

/** `run` is what tells two runs apart; tests may pin it. Digits only are asked for by `prefix` with the id's own rule. */
export function createIds(run: string = randomBytes(9).toString('hex')): NewId {
  let count = 0;
  return (prefix) => {
    count += 1;
    return `${prefix}${run}${count.toString(36).padStart(6, '0')}`;
  };
}
