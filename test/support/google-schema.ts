import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../simulators/lib/json.ts';

type Options = {
  /** The schemas of the document, by name. */
  schemas: JsonObject;
  /** Such as `calendar.events.insert`: what is required is said by method. */
  methodId: string;
  /** Requests must not have what only Google may say. */
  isRequest: boolean;
};

/** What is wrong with a value by a schema of a discovery document, each with its path. */
export function schemaViolations(
  value: unknown,
  schema: JsonObject,
  options: Options,
  path = '$',
): string[] {
  const ref = textAt(schema, '$ref');
  if (ref !== undefined) {
    const named = objectAt(options.schemas, ref);
    return Object.keys(named).length === 0
      ? [`${path}: no schema ${ref}`]
      : schemaViolations(value, named, options, path);
  }
  if (schema['type'] === 'object') return objectViolations(value, schema, options, path);
  if (schema['type'] === 'array') {
    if (!Array.isArray(value)) return [`${path}: no list`];
    return value.flatMap((one, at) =>
      schemaViolations(one, objectAt(schema, 'items'), options, `${path}[${at}]`),
    );
  }
  return isFine(value, schema) ? [] : [`${path}: ${JSON.stringify(value)} is no ${kindOf(schema)}`];
}

function objectViolations(
  value: unknown,
  schema: JsonObject,
  options: Options,
  path: string,
): string[] {
  if (!isObject(value)) return [`${path}: no object`];
  const properties = objectAt(schema, 'properties');
  const others = schema['additionalProperties'];
  const wrong = Object.entries(value).flatMap(([name, inner]) => {
    const isKnown = Object.hasOwn(properties, name);
    if (!isKnown && !isObject(others)) return [`${path}.${name}: unknown`];
    const rule = isKnown ? objectAt(properties, name) : isObject(others) ? others : {};
    if (options.isRequest && isReadOnly(rule)) return [`${path}.${name}: only Google says this`];
    return schemaViolations(inner, rule, options, `${path}.${name}`);
  });
  const missing = Object.entries(properties)
    .filter(([name, rule]) => options.isRequest && isObject(rule) && !(name in value))
    .filter(([, rule]) => isObject(rule) && isRequired(rule, options.methodId))
    .map(([name]) => `${path}.${name}: missing`);
  return [...wrong, ...missing];
}

function isRequired(rule: JsonObject, methodId: string): boolean {
  return listAt(objectAt(rule, 'annotations'), 'required').includes(methodId);
}

/** The document of the calendar says it in words. */
function isReadOnly(rule: JsonObject): boolean {
  return (
    rule['readOnly'] === true || /\bread-only\.(?! *the)/i.test(textAt(rule, 'description') ?? '')
  );
}

function kindOf({ type, format }: JsonObject): string {
  return [type, format].filter((one) => one !== undefined).join(' of ');
}

const forms: Record<string, RegExp> = {
  date: /^\d{4}-\d\d-\d\d$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
  int64: /^-?\d+$/,
};

function isFine(value: unknown, { type, format, enum: allowed }: JsonObject): boolean {
  if (Array.isArray(allowed) && !allowed.includes(value)) return false;
  if (type === 'any') return true;
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return typeof value === 'number';
  if (typeof value !== 'string') return false;
  return typeof format !== 'string' || (forms[format]?.test(value) ?? true);
}
