import * as z from 'zod/mini'
import type { AgentId, BlobHash, CallId, Digest, SessionId, TraceId } from './ids'
import type { Json } from './json'

/** What schemas of facts are made of. */

// Zod would otherwise compile parsers with `new Function`, which the page's policy forbids and reports.
z.config({ jitless: true })

export type Schema<T> = z.ZodMiniType<T, T>

/** The schema checks the shape that the id's maker checks; the brand is a compile-time mark only. */
export const branded = <T extends string>(shape: RegExp): Schema<T> => z.string().check(z.regex(shape)) as unknown as Schema<T>
/** An array that nobody may change; the check is that of a plain array. */
export const list = <T>(item: Schema<T>): Schema<readonly T[]> => z.array(item) as unknown as Schema<readonly T[]>

const ID = /^[A-Za-z0-9_.:-]{1,128}$/
export const HEX = /^[0-9a-f]{64}$/
export const session = branded<SessionId>(ID)
export const agent = branded<AgentId>(ID)
export const trace = branded<TraceId>(ID)
export const call = branded<CallId>(ID)
export const digest = branded<Digest>(HEX)
export const blob = branded<BlobHash>(HEX)
export const json = z.json() as unknown as Schema<Json>
export const text = z.string()
export const number = z.number()
export const natural = z.int().check(z.gte(0))
