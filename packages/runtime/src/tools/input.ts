import { fail, type Json, type JsonObject } from '@tabwright/protocol'
import { z } from 'zod/mini'

// The small build of the library says only "Invalid input"; the model needs to read what was wrong.
z.config(z.locales.en())

/** A schema says both what the model is told and what is accepted: one truth for the two. */
export function inputSchema(schema: z.ZodMiniType): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema) as Record<string, Json>
  return rest
}

/** @throws FailureError `bad_input` with one line for each field that does not fit */
export function parseInput<T>(schema: z.ZodMiniType<T>, input: Json): T {
  const parsed = z.safeParse(schema, input)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`)
  return fail('bad_input', `The input does not fit the tool: ${lines.join('; ')}`)
}
