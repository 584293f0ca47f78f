import { isObject, type JsonObject, listAt, numberAt, objectAt, objectsAt } from '../lib/json.ts';

/** The smallest value that a JSON schema allows; texts become `text`. */
export function exampleOf(schema: JsonObject, text: string): unknown {
  const [choice] = listAt(schema, 'enum');
  if (choice !== undefined) return choice;
  if (schema['const'] !== undefined) return schema['const'];
  const [option] = [...objectsAt(schema, 'anyOf'), ...objectsAt(schema, 'oneOf')];
  if (option !== undefined) return exampleOf(option, text);
  const types = Array.isArray(schema['type']) ? schema['type'] : [schema['type']];
  if (types.includes('object')) return exampleObject(objectAt(schema, 'properties'), text);
  if (types.includes('array')) return exampleList(schema, text);
  if (types.includes('integer') || types.includes('number'))
    return numberAt(schema, 'minimum') ?? 0;
  if (types.includes('boolean')) return false;
  return types.includes('string') ? text : null;
}

function exampleObject(properties: JsonObject, text: string): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key,
      isObject(value) ? exampleOf(value, text) : null,
    ]),
  );
}

function exampleList(schema: JsonObject, text: string): unknown[] {
  const length = numberAt(schema, 'minItems') ?? 0;
  return Array.from({ length }, () => exampleOf(objectAt(schema, 'items'), text));
}
