import { typeid } from 'typeid-js';

/** The kinds of id, by the prefix that a person sees in front of it. */
export type IdPrefix =
  | 'usr'
  | 'key'
  | 'phn'
  | 'prm'
  | 'agt'
  | 'con'
  | 'cnv'
  | 'msg'
  | 'att'
  | 'trn'
  | 'crt'
  | 'use'
  | 'ntc'
  | 'wrk'
  | 'req'
  | 'ext'
  | 'lev'
  | 'lnk'
  | 'clk'
  | 'tgt'
  | 'ntf'
  | 'oat'
  | 'vis'
  | 'mtg'
  | 'per';

/** Makes a new id that sorts by the time it was made. */
export type NewId = (prefix: IdPrefix) => string;

/** Time-ordered ids with a prefix, such as `msg_01k…` (the TypeID specification). */
export const newId: NewId = (prefix) => typeid(prefix).toString();

/** Another kind of id for the same event, such as the charge of a turn: `trn_01k…` becomes `crt_01k…`. */
export function sameId(id: string, prefix: IdPrefix): string {
  return `${prefix}${id.slice(id.indexOf('_'))}`;
}
