import type * as z from 'zod/mini'
import { openInterpreter } from './interpreter'
import type { memoryOrder } from './python-messages'

/** Where the modules of `sources` are put: they have no file. */
const PUT = `
import sys, types
def put(name, source):
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, "<sandbox>", "exec", dont_inherit=True), module.__dict__)
`

/** The memory of an interpreter that has read our modules and is ready to run a command line. */
export async function makeMemory({ parts, sources }: z.infer<typeof memoryOrder>): Promise<Uint8Array> {
  const python = await openInterpreter(parts, '/home/user')
  python.globals.set('SOURCES', JSON.stringify(sources))
  python.runPython(`import json\n${PUT}\nfor name, source in json.loads(SOURCES).items(): put(name, source)`)
  python.runPython('import _sandbox; _sandbox.settle()')
  return python.makeMemorySnapshot()
}
