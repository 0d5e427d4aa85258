import type { Json } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { misfit, unknownInSchema } from './json-schema'

const SCHEMA: Json = {
  type: 'object',
  required: ['name', 'tags'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 2, maxLength: 5 },
    tags: { type: 'array', items: { enum: ['a', 'b'] }, minItems: 1, maxItems: 2 },
    size: { type: ['integer', 'null'], minimum: 1, maximum: 9 },
    kind: { const: { x: 1, y: 2 } },
    either: { anyOf: [{ type: 'string' }, { type: 'boolean' }] },
  },
}

it.each<[Json, string | undefined]>([
  [{ name: 'abc', tags: ['a'], size: 9, kind: { y: 2, x: 1 }, either: true }, undefined],
  [{ name: '😀😀😀😀😀', tags: ['a', 'b'], size: null }, undefined],
  [[], 'the answer is no "object"'],
  [{ name: 'abc' }, 'the answer has no "tags"'],
  [{ name: 'a', tags: ['a'] }, 'the answer.name has 1 characters, at least 2 is wanted'],
  [{ name: 'abcdef', tags: ['a'] }, 'the answer.name has 6 characters, at most 5 is wanted'],
  [{ name: 'abc', tags: [] }, 'the answer.tags has 0 entries, at least 1 is wanted'],
  [{ name: 'abc', tags: ['a', 'c'] }, 'the answer.tags[1] is none of the values that it may have'],
  [{ name: 'abc', tags: ['a'], size: 1.5 }, 'the answer.size is no "integer" or "null"'],
  [{ name: 'abc', tags: ['a'], size: 0 }, 'the answer.size is 0, at least 1 is wanted'],
  [{ name: 'abc', tags: ['a'], kind: { x: 1 } }, 'the answer.kind is not {"x":1,"y":2}'],
  [{ name: 'abc', tags: ['a'], either: 1 }, 'the answer.either fits none of its forms'],
  [{ name: 'abc', tags: ['a'], more: 1 }, 'the answer.more is not wanted'],
])('[F69] holds %j against a schema', (value, wrong) => {
  expect(misfit(SCHEMA, value)).toBe(wrong)
})

it('[F69] refuses what it would not check', () => {
  expect(unknownInSchema(SCHEMA)).toBeUndefined()
  expect(unknownInSchema({ type: 'object', properties: { a: { pattern: '^x' } } })).toBe('"pattern" is not understood here')
  expect(unknownInSchema({ anyOf: [{ $ref: '#' }] })).toBe('"$ref" is not understood here')
  expect(unknownInSchema('x')).toBe('a schema is no object')
})
