import * as z from 'zod/mini'
import type { Json } from '../json'

/** Segments of names on the wire: small letters, digits, `_` and `-`, so that no two names look alike. */
const SEGMENT = /^[a-z0-9_-]{1,64}$/
const SEGMENTS = 8

/** Names that objects of the language answer to by themselves. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether a text may be the name of a function, such as `orders::refund`. */
export function isFunctionName(text: string): boolean {
  if (text.length > 520) return false
  const segments = text.split('::')
  return segments.length <= SEGMENTS && segments.every((one) => SEGMENT.test(one) && !RESERVED.has(one))
}

/** The part of a name that an identity owns: `orders` of `orders::refund`, empty where there is none. */
export function prefixOf(name: string): string {
  const at = name.indexOf('::')
  return at < 0 ? '' : name.slice(0, at)
}

/** A field that other clients send as `null` where ours leave it out. */
export function maybe<T extends z.ZodMiniType>(schema: T): z.ZodMiniOptional<z.ZodMiniNullable<T>> {
  return z.optional(z.nullable(schema))
}

/** Bounded only: a name that is none gets an answer that says so, where a frame of another shape could not be told whose it is. */
export const nameText = z.string().check(z.minLength(1), z.maxLength(1024))
/** Ids that clients make for bindings: printable, no spaces. */
export const idText = z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/))
export const uuid = z.string().check(z.regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/))
export const description = z.string().check(z.maxLength(4096))
/** What came out of a JSON text; its depth and size were checked where the text was read. */
export const json = z.custom<Json>(() => true)
export const jsonObject = z.custom<{ readonly [key: string]: Json }>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)
/** Trace context travels as it came; what is malformed is left out where it is used, as W3C Trace Context says. */
export const trace = { traceparent: maybe(z.string().check(z.maxLength(256))), baggage: maybe(z.string().check(z.maxLength(8192))) }
