import * as z from 'zod/mini'

/** Programs of a person, by file or by text. */
export const fileProgram = z.object({ type: z.literal('file'), path: z.string() })
export const evalProgram = z.object({ type: z.literal('eval'), code: z.string(), print: z.boolean(), module: z.boolean() })
