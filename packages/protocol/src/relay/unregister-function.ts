import * as z from 'zod/mini'
import { nameText } from './names'

/** Acts for the worker that registered the function, and for nobody else. */
export const unregisterFunction = z.object({ type: z.literal('unregisterfunction'), id: nameText })
export type UnregisterFunction = z.infer<typeof unregisterFunction>
