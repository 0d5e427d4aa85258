import * as z from 'zod/mini'
import { description, maybe, nameText } from './names'

/** A heading for functions that other clients may send. It is taken in and changes nothing. */
export const registerService = z.object({
  type: z.literal('registerservice'),
  id: nameText,
  name: maybe(nameText),
  description: maybe(description),
  parent_service_id: maybe(nameText),
})
export type RegisterService = z.infer<typeof registerService>
