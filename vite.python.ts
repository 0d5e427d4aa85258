import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

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
  const head = Buffer.from(JSON.stringify(Object.entries(parts).map(([name, bytes]) => ({ name, size: bytes.length }))))
  const size = Buffer.alloc(4)
  size.writeUInt32LE(head.length)
  const pack = gzipSync(Buffer.concat([size, head, ...Object.values(parts)]), { level: 6 })
  mkdirSync(cache, { recursive: true })
  // Whole or not at all: tests that run beside each other make it at the same time.
  writeFileSync(`${kept}.${process.pid}`, pack)
  renameSync(`${kept}.${process.pid}`, kept)
  return pack
}

/** Where it is, for the page: the name changes with the content, so that browsers may keep it. */
function noteOf(pack: Buffer, file: string): string {
  return JSON.stringify({ file, size: pack.length, sha256: createHash('sha256').update(pack).digest('hex') })
}

/** Serves and emits Python: `/frame/python.json` says which file it is. It is part of no other file, and no page loads it by itself. */
export function pythonPack(bundle: Bundler): Plugin {
  return {
    name: 'tabwright:python-pack',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = request.url?.split('?', 1)[0]
        if (path !== '/frame/python.json' && path !== '/frame/python.pack') return next()
        buildPythonPack(bundle).then(
          (pack) => {
            response.setHeader('content-type', path.endsWith('.json') ? 'application/json' : 'application/octet-stream')
            response.setHeader('cache-control', 'no-store')
            response.end(path.endsWith('.json') ? noteOf(pack, '/frame/python.pack') : pack)
          },
          (thrown: unknown) => next(thrown instanceof Error ? thrown : new Error(String(thrown))),
        )
      })
    },
    async generateBundle() {
      // Once a build, not once for each worker that the app itself has.
      if (this.environment.name !== 'client') return
      const pack = await buildPythonPack(bundle)
      const fileName = `assets/python-${createHash('sha256').update(pack).digest('hex').slice(0, 16)}.pack`
      this.emitFile({ type: 'asset', fileName, source: pack })
      this.emitFile({ type: 'asset', fileName: 'frame/python.json', source: noteOf(pack, `/${fileName}`) })
    },
  }
}
