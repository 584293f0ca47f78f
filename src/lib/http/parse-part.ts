import type { z } from 'zod';
import { type FieldFault, InvalidRequest, NotFound } from './http-errors.ts';

/** Reads one part of a request; throws InvalidRequest with every field that is wrong, unknown ones by their name. */
export function parsePart<Value>(
  schema: z.ZodType<Value>,
  part: FieldFault['in'],
  given: unknown,
): Value {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  // An id that no id can look like is simply nobody's.
  if (part === 'path') throw new NotFound('resource');
  throw new InvalidRequest(read.error.issues.flatMap((issue) => faultsOf(part, issue)));
}

function faultsOf(part: FieldFault['in'], issue: z.core.$ZodIssue): FieldFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      in: part,
      field: nameOf([...issue.path, key], part),
      message: 'is not a field of this request',
    }));
  }
  return [{ in: part, field: nameOf(issue.path, part), message: issue.message }];
}

function nameOf(path: PropertyKey[], part: string): string {
  return path.length === 0 ? part : path.map(String).join('.');
}
