import * as z from 'zod/mini'

/** Shared by all runs where that can be. */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** What an interpreter is made of. */
export const pythonParts = z.object({
  type: z.literal('python'),
  module: z.custom<WebAssembly.Module>((value) => value instanceof WebAssembly.Module),
  /** The standard library, a zip. */
  library: bytes,
  /** Of an interpreter that is up; without it a new one comes up, and its memory is made of `sources`. */
  memory: z.optional(bytes),
})
export type PythonParts = z.infer<typeof pythonParts>

/** Makes the memory that others start with, of modules of our own. Sent when the app is built. */
export const memoryOrder = z.object({ type: z.literal('memory'), parts: pythonParts, sources: z.record(z.string(), z.string()) })
