import createPyodideModule from 'pyodide/pyodide.asm.mjs'
import { loadPyodide, type Pyodide } from 'pyodide/pyodide.mjs'
import type { PythonParts } from './python-messages'

/** Nobody's address: what the interpreter asks for there is what was handed in. */
const PLACE = 'https://python.invalid/'

const PAGE = 65_536
/** Most memory of a program. */
const MOST = 1024 * 1024 * 1024

/** What the memory was made with: every run is this command line, the real one comes in words of its own. */
const LINE = ['-c', 'import _sandbox; _sandbox.begin()']

/** Names that Pyodide's loader wants to find packages by: there are none here. */
const NO_PACKAGES = {
  info: { abi_version: '2026_0', arch: 'wasm32', platform: 'emscripten_5_0_3', python: '3.14.2', version: '314.0.7' },
  packages: {},
}

/** Makes room for so many bytes, and sees to it that there is never more than {@link MOST}: past that it is a MemoryError. */
function bound(room: WebAssembly.Memory, size: number): void {
  const grow = room.grow.bind(room)
  grow(Math.max(0, Math.ceil((size - room.buffer.byteLength) / PAGE)))
  const limited = (pages: number): number => {
    if (room.buffer.byteLength + pages * PAGE > MOST) throw new RangeError('the program may have no more memory')
    return grow(pages)
  }
  Object.defineProperty(room, 'grow', { value: limited })
}

/**
 * Brings an interpreter up, from the memory of one that was up before where there is one. The loader fetches its files;
 * nothing here has a network, so it gets them from `parts`.
 */
export async function openInterpreter(parts: PythonParts, home: string): Promise<Pyodide> {
  const { module } = parts
  // The loader decodes text in them, which nobody does in memory that is shared.
  const library = parts.library.slice()
  const memory = parts.memory?.slice()
  globalThis.fetch = (address) => {
    const path = address instanceof URL ? address.pathname : ''
    if (path === '/python_stdlib.zip') return Promise.resolve(new Response(library))
    if (path === '/pyodide.asm.wasm') return Promise.resolve(new Response())
    return Promise.reject(new TypeError('there is no network in this sandbox'))
  }
  // Compiled once for all runs; and the loader does not see to it that there is room for a memory that has grown.
  WebAssembly.instantiateStreaming = async (_response, imports) => {
    const instance = await WebAssembly.instantiate(module, imports)
    const room = instance.exports['memory']
    if (room instanceof WebAssembly.Memory) bound(room, memory?.length ?? 0)
    return { module, instance }
  }
  return loadPyodide({
    indexURL: PLACE,
    packageBaseUrl: PLACE,
    lockFileContents: NO_PACKAGES,
    env: { HOME: home, PYTHONINSPECT: '', PYTHONDONTWRITEBYTECODE: '1' },
    args: LINE,
    stdin: () => null,
    createPyodideModule,
    ...(memory === undefined ? { _makeSnapshot: true } : { _loadSnapshot: memory }),
  })
}
