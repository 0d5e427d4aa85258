import * as z from 'zod/mini'
import { errorBody } from './error-code'

/** A refusal that belongs to no call; `id` names what it concerns, as the refused frame did. */
export const errorFrame = z.object({ type: z.literal('error'), error: errorBody, id: z.optional(z.string()) })
export type ErrorFrame = z.infer<typeof errorFrame>
