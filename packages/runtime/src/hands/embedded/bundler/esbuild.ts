import * as esbuild from 'esbuild-wasm'

/** esbuild, as it runs in a worker of the sandbox. */
export type Esbuild = Pick<typeof esbuild, 'build' | 'context' | 'formatMessages' | 'version'>

/** Starts it. Call it once in a worker. */
export async function startEsbuild(wasmModule: WebAssembly.Module): Promise<Esbuild> {
  // One that is there and says nothing is in the way of esbuild's own.
  if (Reflect.get(globalThis, 'process') === undefined) Reflect.deleteProperty(globalThis, 'process')
  // In this thread, which is a program's own: a worker of a worker could not be made of a blob here.
  await esbuild.initialize({ wasmModule, worker: false })
  return esbuild
}
