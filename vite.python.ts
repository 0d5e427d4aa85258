import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Plugin } from 'vite'
import { packParts, programPack } from './vite.pack'

const root = dirname(fileURLToPath(import.meta.url))
const pyodide = resolve(root, 'node_modules/pyodide')
const ours = resolve(root, 'packages/runtime/src/hands/embedded/python')
const cache = resolve(root, 'node_modules/.cache/tabwright-python')

/** Bundles the worker; `vite.frame.ts` does. */
type Bundler = (entry: 'python', minify: boolean) => Promise<{ readonly code: string }>

/** Modules of ours that are part of the interpreter's memory. */
const SOURCES = { _pip: 'pip.py', _sandbox: 'sandbox.py' }

/** What a worker of a browser has and a thread of Node has not; and no `process`, by which Emscripten would take it for Node. */
const PRELUDE = `{
  const { parentPort } = require('node:worker_threads')
  const listeners = []
  globalThis.process = undefined
  globalThis.WorkerGlobalScope = class { static [Symbol.hasInstance]() { return true } }
  globalThis.self = globalThis
  globalThis.location = { toString: () => 'blob:null/python' }
  globalThis.addEventListener = (type, listener) => { if (type === 'message') listeners.push(listener) }
  globalThis.postMessage = (message) => parentPort.postMessage(message)
  parentPort.on('message', (data) => { for (const listener of listeners) listener({ data }) })
}
`

/** Has an interpreter come up and takes its memory, which every run then starts with: 0.2 s instead of 4. */
async function memoryOf(script: string, library: Uint8Array): Promise<Uint8Array> {
  const module = await WebAssembly.compile(readFileSync(join(pyodide, 'pyodide.asm.wasm')))
  const sources = Object.fromEntries(Object.entries(SOURCES).map(([name, file]) => [name, readFileSync(join(ours, file), 'utf8')]))
  const worker = new Worker(PRELUDE + script, { eval: true })
  try {
    return await new Promise((made, broke) => {
      worker.on('message', ({ memory }: { readonly memory: Uint8Array }) => made(memory))
      worker.on('error', broke)
      worker.postMessage({ type: 'memory', parts: { type: 'python', module, library }, sources })
    })
  } finally {
    await worker.terminate()
  }
}

/** Python as it is shipped: one file, loaded when a command first wants it. What is in it is said in front of it. */
export async function buildPythonPack(bundle: Bundler): Promise<Buffer> {
  const { code: script } = await bundle('python', true)
  const key = createHash('sha256').update(script)
  for (const file of Object.values(SOURCES)) key.update(readFileSync(join(ours, file)))
  key.update(readFileSync(join(pyodide, 'package.json'))).update(PRELUDE)
  const kept = join(cache, `${key.digest('hex').slice(0, 24)}.pack`)
  if (existsSync(kept)) return readFileSync(kept)
  const library = readFileSync(join(pyodide, 'python_stdlib.zip'))
  const parts = {
    script: Buffer.from(script),
    wasm: readFileSync(join(pyodide, 'pyodide.asm.wasm')),
    library,
    memory: await memoryOf(script, new Uint8Array(library)),
  }
  const pack = packParts(parts)
  mkdirSync(cache, { recursive: true })
  // Whole or not at all: tests that run beside each other make it at the same time.
  writeFileSync(`${kept}.${process.pid}`, pack)
  renameSync(`${kept}.${process.pid}`, kept)
  return pack
}

/** Serves and emits Python. It is part of no other file, and no page loads it by itself. */
export function pythonPack(bundle: Bundler): Plugin {
  return programPack('python', () => buildPythonPack(bundle))
}
