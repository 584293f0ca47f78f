import { isObject, type JsonObject, listAt, objectAt, objectsAt } from '../lib/json.ts';

const refused = [
  'oneOf',
  'allOf',
  'not',
  'if',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'uniqueItems',
  'contains',
];

/** What keeps a schema from being strict, in the API's words; undefined when nothing does. */
export function strictFault(schema: JsonObject): string | undefined {
  if (schema['type'] !== 'object') {
    const got = typeof schema['type'] === 'string' ? schema['type'] : 'None';
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${got}"'.`;
  }
  return faultAt(schema, []);
}

function faultAt(schema: JsonObject, path: string[]): string | undefined {
  const context = `In context=(${path.map((part) => `'${part}'`).join(', ')})`;
  const word = refused.find((one) => schema[one] !== undefined);
  if (word !== undefined) return `${context}, '${word}' is not permitted.`;
  if (isObjectSchema(schema)) {
    const fault = memberFault(schema);
    if (fault !== undefined) return `${context}, ${fault}`;
  }
  for (const [part, below] of children(schema)) {
    const fault = faultAt(below, [...path, ...part]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isObjectSchema(schema: JsonObject): boolean {
  const { type } = schema;
  return type === 'object' || (Array.isArray(type) && type.includes('object'));
}

function memberFault(schema: JsonObject): string | undefined {
  if (schema['additionalProperties'] !== false) {
    return "'additionalProperties' is required to be supplied and to be false.";
  }
  const required = new Set(listAt(schema, 'required'));
  const loose = Object.keys(objectAt(schema, 'properties')).find((key) => !required.has(key));
  if (loose === undefined) return undefined;
  return `'required' is required to be supplied and to be an array including every key in properties. Missing '${loose}'.`;
}

function children(schema: JsonObject): [string[], JsonObject][] {
  const named = ['properties', '$defs', 'definitions'].flatMap((word) =>
    Object.entries(objectAt(schema, word)).map(([key, value]) => ({ path: [word, key], value })),
  );
  const options = objectsAt(schema, 'anyOf').map((value, index) => ({
    path: ['anyOf', String(index)],
    value,
  }));
  const items = { path: ['items'], value: schema['items'] };
  return [...named, ...options, items].flatMap(({ path, value }) =>
    isObject(value) ? [[path, value]] : [],
  );
}
