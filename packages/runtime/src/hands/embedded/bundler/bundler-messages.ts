import * as z from 'zod/mini'

/** What the bundler is made of. */
export const bundlerParts = z.object({
  type: z.literal('bundler'),
  /** esbuild, compiled once for all runs of a kernel. */
  module: z.custom<WebAssembly.Module>((value) => value instanceof WebAssembly.Module),
})
export type BundlerParts = z.infer<typeof bundlerParts>
