import { expect, it } from 'vitest'
import * as z from 'zod/mini'
import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from './json'
import { DATA_SCHEMAS, ENVELOPE_SCHEMA, type SchemasAgree } from './session-schema'
import { LOG_FORMAT, SCHEMA_DIGESTS } from './version'

const agreed: SchemasAgree = true

/** The schemas as JSON Schema text, which names every field, its kind and whether it may be missing. */
function digestNow(): string {
  const described = Object.entries({ ...DATA_SCHEMAS, envelope: ENVELOPE_SCHEMA }).map(
    ([name, schema]) => [name, z.toJSONSchema(schema)] as const,
  )
  const plain: Json = JSON.parse(JSON.stringify(Object.fromEntries(described)))
  return createHash('sha256').update(canonicalJson(plain)).digest('hex')
}

it('keeps the schemas of a format as they were released: to change one, raise LOG_FORMAT, add a step to migrate.ts and record the digest', () => {
  expect(SCHEMA_DIGESTS[LOG_FORMAT]).toBe(digestNow())
})

it('knows a digest for every format up to the present one', () => {
  expect(Object.keys(SCHEMA_DIGESTS).map(Number)).toEqual(Array.from({ length: LOG_FORMAT }, (_, index) => index + 1))
  expect(agreed).toBe(true)
})
