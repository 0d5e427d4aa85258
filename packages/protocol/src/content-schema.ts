import * as z from 'zod/mini'
import type { Bill, Content, ImageContent, Usage } from './content'
import { call, json, list, natural, number, text, type Schema } from './words-schema'

export const usage = z.strictObject({
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite: number,
  cacheWriteHour: z.exactOptional(number),
}) satisfies Schema<Usage>

export const bill = z.strictObject({ model: text, usage, estimated: z.exactOptional(z.literal(true)) }) satisfies Schema<Bill>
export const bills = list(bill)

export const image = z.strictObject({
  type: z.literal('image'),
  mediaType: text,
  blob: text,
  name: z.exactOptional(text),
  width: z.exactOptional(natural),
  height: z.exactOptional(natural),
}) satisfies Schema<ImageContent>

export const content = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text, name: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('thinking'), text }),
  image,
  z.strictObject({ type: z.literal('document'), mediaType: z.literal('application/pdf'), blob: text, name: text, pages: natural }),
  z.strictObject({ type: z.literal('call'), id: call, name: text, input: text, toolset: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('unknown'), raw: json }),
]) satisfies Schema<Content>
