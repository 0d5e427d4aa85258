import * as z from 'zod/mini'
import { nameText } from './names'

/** Its bindings wait for another provider. */
export const unregisterTriggerType = z.object({ type: z.literal('unregistertriggertype'), id: nameText })
export type UnregisterTriggerType = z.infer<typeof unregisterTriggerType>
